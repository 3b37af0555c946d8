import Foundation
import Testing

@testable import ForecastEngine

@Suite("LSTM network") struct LSTMNetworkTests {
    /// A network, its data and what PyTorch makes of them; made by `Scripts/make_pytorch_reference.py`.
    struct Reference: Decodable {
        var inputs: Int
        var hidden: Int
        var steps: Int
        var horizon: Int
        var parameters: [Double]
        var gradients: [Double]
        var x: [Double]
        var target: [Double]
        var output: [Double]
        var loss: Double

        var shape: LSTMShape { LSTMShape(inputs: inputs, hidden: hidden, steps: steps, horizon: horizon) }
        var network: LSTMNetwork { LSTMNetwork(shape: shape, parameters: parameters) }
        /// Batch-major numbers as lanes.
        func lanes(_ values: [Double]) -> [Lanes] {
            let width = values.count / Lanes.scalarCount
            return (0..<width).map { index in
                Lanes((0..<Lanes.scalarCount).map { values[$0 * width + index] })
            }
        }
    }

    private func reference() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Resources/pytorch_lstm.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }

    @Test func `at equal weights it gives PyTorch's outputs, loss and gradients`() throws {
        let reference = try reference()
        let network = reference.network
        var tape = LSTMNetwork.Tape(network.shape)
        let input = reference.lanes(reference.x)
        let output = network.forward(input, &tape)
        for (a, b) in zip(output, reference.lanes(reference.output)) {
            for lane in 0..<Lanes.scalarCount { #expect(abs(a[lane] - b[lane]) < 1e-6) }
        }
        let targets = reference.lanes(reference.target)
        let loss = PinballLoss.evaluate(output, targets, targets.map { _ in Lanes(repeating: 1) })
        #expect(abs(loss.loss - reference.loss) < 1e-6)
        let gradients = network.backward(loss.gradients, input, tape)
        #expect(gradients.count == reference.gradients.count)
        for (a, b) in zip(gradients, reference.gradients) { #expect(abs(a - b) < 1e-6) }
    }

    @Test func `gradients are those of finite differences`() throws {
        let reference = try reference()
        var network = reference.network
        let input = reference.lanes(reference.x)
        let targets = reference.lanes(reference.target)
        var weights = targets.map { _ in Lanes(repeating: 1) }
        weights[1][3] = 0
        func loss() -> (loss: Double, gradients: [Lanes], tape: LSTMNetwork.Tape) {
            var tape = LSTMNetwork.Tape(network.shape)
            let result = PinballLoss.evaluate(network.forward(input, &tape), targets, weights)
            return (result.loss, result.gradients, tape)
        }
        let here = loss()
        let gradients = network.backward(here.gradients, input, here.tape)
        for index in stride(from: 0, to: gradients.count, by: 3) {
            let old = network.parameters[index]
            network.parameters[index] = old + 1e-6
            let up = loss().loss
            network.parameters[index] = old - 1e-6
            let down = loss().loss
            network.parameters[index] = old
            #expect(abs((up - down) / 2e-6 - gradients[index]) < 1e-5)
        }
    }

    @Test func `Adam's first step has the size of its rate`() {
        var adam = Adam(count: 2, rate: 0.1)
        var parameters = [1.0, -1.0]
        adam.step(&parameters, [3, -0.001], limit: 100)
        #expect(abs(parameters[0] - 0.9) < 1e-6 && abs(parameters[1] + 0.9) < 1e-4)
        let before = parameters
        adam.step(&parameters, [.nan, 0], limit: 1)
        #expect(parameters == before)
    }
}
