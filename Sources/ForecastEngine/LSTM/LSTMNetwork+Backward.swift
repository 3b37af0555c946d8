extension LSTMNetwork {
    /// Steps whose gradients are gathered while their values are in the nearest cache.
    private static let block = 8

    /// Gradients of a loss by backpropagation through time, summed over the lanes.
    ///
    /// - Parameters:
    ///   - outputs: the loss's derivatives by the outputs, horizon × quantiles.
    ///   - input: what `forward` was given.
    ///   - tape: what `forward` left.
    /// - Returns: one derivative a parameter.
    func backward(_ outputs: [Lanes], _ input: [Lanes], _ tape: Tape) -> [Double] {
        let (inputs, hidden, rows) = (shape.inputs, shape.hidden, 4 * shape.hidden)
        var gradients = [Double](repeating: 0, count: shape.parameters)
        var byHidden = [Lanes](repeating: .zero, count: hidden)
        var byCell = byHidden
        let last = shape.steps * hidden
        for row in 0..<shape.outputs {
            gradients[shape.headBias + row] = outputs[row].sum()
            for k in 0..<hidden {
                gradients[shape.head + row * hidden + k] = (outputs[row] * tape.hiddens[last + k]).sum()
                byHidden[k] += parameters[shape.head + row * hidden + k] * outputs[row]
            }
        }
        var byGate = [Lanes](repeating: .zero, count: shape.steps * rows)
        parameters.withUnsafeBufferPointer { w in
            byGate.withUnsafeMutableBufferPointer { byGate in
                tape.gates.withUnsafeBufferPointer { gates in
                    for t in (0..<shape.steps).reversed() {
                        let before = t * hidden
                        let g = t * rows
                        for k in 0..<hidden {
                            let (i, f) = (gates[g + k], gates[g + hidden + k])
                            let (c, o) = (gates[g + 2 * hidden + k], gates[g + 3 * hidden + k])
                            let squashed = tape.tanhs[before + k]
                            let cell = byCell[k] + byHidden[k] * o * (1 - squashed * squashed)
                            byGate[g + k] = cell * c * i * (1 - i)
                            byGate[g + hidden + k] = cell * tape.cells[before + k] * f * (1 - f)
                            byGate[g + 2 * hidden + k] = cell * i * (1 - c * c)
                            byGate[g + 3 * hidden + k] = byHidden[k] * squashed * o * (1 - o)
                            byCell[k] = cell * f
                        }
                        for k in 0..<hidden {
                            var sum = Lanes.zero
                            for row in 0..<rows { sum += w[shape.recurrent + row * hidden + k] * byGate[g + row] }
                            byHidden[k] = sum
                        }
                    }
                }
            }
        }
        gather(byGate, input, tape.hiddens, inputs, hidden, rows, into: &gradients)
        return gradients
    }

    /// Sums the products of gate derivatives with inputs and hidden states over all steps.
    private func gather(
        _ byGate: [Lanes], _ input: [Lanes], _ hiddens: [Lanes], _ inputs: Int, _ hidden: Int, _ rows: Int,
        into gradients: inout [Double]
    ) {
        let width = inputs + hidden + 1
        var sums = [Lanes](repeating: .zero, count: rows * width)
        byGate.withUnsafeBufferPointer { byGate in
            input.withUnsafeBufferPointer { x in
                hiddens.withUnsafeBufferPointer { h in
                    sums.withUnsafeMutableBufferPointer { sums in
                        for first in stride(from: 0, to: shape.steps, by: Self.block) {
                            let range = first..<min(first + Self.block, shape.steps)
                            for row in 0..<rows {
                                for k in 0..<inputs {
                                    var sum = sums[row * width + k]
                                    for t in range { sum += byGate[t * rows + row] * x[t * inputs + k] }
                                    sums[row * width + k] = sum
                                }
                                for k in 0..<hidden {
                                    var sum = sums[row * width + inputs + k]
                                    for t in range { sum += byGate[t * rows + row] * h[t * hidden + k] }
                                    sums[row * width + inputs + k] = sum
                                }
                                for t in range { sums[row * width + width - 1] += byGate[t * rows + row] }
                            }
                        }
                    }
                }
            }
        }
        for row in 0..<rows {
            for k in 0..<inputs { gradients[row * inputs + k] = sums[row * width + k].sum() }
            for k in 0..<hidden { gradients[shape.recurrent + row * hidden + k] = sums[row * width + inputs + k].sum() }
            gradients[shape.bias + row] = sums[row * width + width - 1].sum()
        }
    }
}
