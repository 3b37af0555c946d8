/// Stochastic gradient descent with adaptive moments.
///
/// Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
struct Adam: Sendable {
    /// Size of a step.
    var rate: Double
    private var first: [Double]
    private var second: [Double]
    private var firstPower = 1.0
    private var secondPower = 1.0

    private static let firstDecay = 0.9
    private static let secondDecay = 0.999
    private static let tiny = 1e-8

    init(count: Int, rate: Double) {
        self.rate = rate
        first = [Double](repeating: 0, count: count)
        second = first
    }

    /// Moves the parameters against their gradients, which are scaled down to the norm `limit` where they exceed it.
    mutating func step(_ parameters: inout [Double], _ gradients: [Double], limit: Double) {
        let norm = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard norm.isFinite else { return }
        let scale = norm > limit ? limit / norm : 1
        firstPower *= Self.firstDecay
        secondPower *= Self.secondDecay
        for i in parameters.indices {
            let gradient = gradients[i] * scale
            first[i] = Self.firstDecay * first[i] + (1 - Self.firstDecay) * gradient
            second[i] = Self.secondDecay * second[i] + (1 - Self.secondDecay) * gradient * gradient
            let mean = first[i] / (1 - firstPower)
            let deviation = (second[i] / (1 - secondPower)).squareRoot()
            parameters[i] -= rate * mean / (deviation + Self.tiny)
        }
    }
}
