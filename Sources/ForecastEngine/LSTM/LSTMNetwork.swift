import Foundation

/// A long short-term memory over a window, and a linear layer from its last hidden state to all quantiles of all steps.
///
/// Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997); F. A. Gers,
/// J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM", Neural Computation 12 (2000). Direct
/// quantile forecasts of all steps: R. Wen, K. Torkkola, B. Narayanaswamy and D. Madeka, "A multi-horizon quantile recurrent
/// forecaster", arXiv:1711.11053 (2017).
struct LSTMNetwork: Sendable, Hashable, Codable {
    var shape: LSTMShape
    /// See `LSTMShape` for the layout.
    var parameters: [Double]

    init(shape: LSTMShape, parameters: [Double]) {
        self.shape = shape
        self.parameters = parameters
    }

    /// Draws weights: uniform within ±1/√hidden as PyTorch does, the output layer a tenth of it, so that a new network
    /// hardly departs from what it is a correction to.
    init(shape: LSTMShape, random: inout RandomGenerator) {
        self.shape = shape
        let bound = 1 / Double(shape.hidden).squareRoot()
        parameters = (0..<shape.parameters).map { index in
            let draw = bound * (2 * random.uniform() - 1)
            return index < shape.head ? draw : 0.1 * draw
        }
    }

    /// What a pass forward leaves for the pass back.
    struct Tape: Sendable {
        /// Values of the four gates, steps × 4·hidden.
        var gates: [Lanes]
        /// Cells and hidden states, (steps + 1) × hidden, zero first.
        var cells: [Lanes]
        var hiddens: [Lanes]
        /// Hyperbolic tangents of the cells, steps × hidden.
        var tanhs: [Lanes]

        init(_ shape: LSTMShape) {
            gates = [Lanes](repeating: .zero, count: shape.steps * 4 * shape.hidden)
            cells = [Lanes](repeating: .zero, count: (shape.steps + 1) * shape.hidden)
            hiddens = cells
            tanhs = [Lanes](repeating: .zero, count: shape.steps * shape.hidden)
        }
    }

    /// Runs the network.
    ///
    /// - Parameters:
    ///   - input: steps × inputs.
    ///   - tape: filled for `backward`.
    /// - Returns: horizon × quantiles.
    func forward(_ input: [Lanes], _ tape: inout Tape) -> [Lanes] {
        let (inputs, hidden, rows) = (shape.inputs, shape.hidden, 4 * shape.hidden)
        var output = [Lanes](repeating: .zero, count: shape.outputs)
        parameters.withUnsafeBufferPointer { w in
            input.withUnsafeBufferPointer { x in
                tape.gates.withUnsafeMutableBufferPointer { gates in
                    tape.cells.withUnsafeMutableBufferPointer { cells in
                        tape.hiddens.withUnsafeMutableBufferPointer { hiddens in
                            tape.tanhs.withUnsafeMutableBufferPointer { tanhs in
                                for t in 0..<shape.steps {
                                    let before = t * hidden
                                    for row in 0..<rows {
                                        var sum = Lanes(repeating: w[shape.bias + row])
                                        for k in 0..<inputs { sum += w[row * inputs + k] * x[t * inputs + k] }
                                        let weights = shape.recurrent + row * hidden
                                        for k in 0..<hidden { sum += w[weights + k] * hiddens[before + k] }
                                        let isCell = row >= 2 * hidden && row < 3 * hidden
                                        gates[t * rows + row] = isCell ? Self.tanh(sum) : Self.sigmoid(sum)
                                    }
                                    for k in 0..<hidden {
                                        let g = t * rows + k
                                        let cell =
                                            gates[g + hidden] * cells[before + k] + gates[g] * gates[g + 2 * hidden]
                                        cells[before + hidden + k] = cell
                                        tanhs[before + k] = Self.tanh(cell)
                                        hiddens[before + hidden + k] = gates[g + 3 * hidden] * tanhs[before + k]
                                    }
                                }
                                let last = shape.steps * hidden
                                for row in 0..<shape.outputs {
                                    var sum = Lanes(repeating: w[shape.headBias + row])
                                    for k in 0..<hidden { sum += w[shape.head + row * hidden + k] * hiddens[last + k] }
                                    output[row] = sum
                                }
                            }
                        }
                    }
                }
            }
        }
        return output
    }

    @inline(__always)
    private static func sigmoid(_ x: Lanes) -> Lanes {
        var y = x
        for lane in 0..<Lanes.scalarCount { y[lane] = 1 / (1 + exp(-x[lane])) }
        return y
    }

    @inline(__always)
    private static func tanh(_ x: Lanes) -> Lanes {
        var y = x
        for lane in 0..<Lanes.scalarCount { y[lane] = Foundation.tanh(x[lane]) }
        return y
    }
}
