/// Sixteen windows side by side, one a SIMD lane: no sum crosses lanes until a batch ends, so its order never changes.
typealias Lanes = SIMD16<Double>

/// The sizes of a recurrent network, and where its parts lie in one array of parameters.
///
/// The matrices are laid out in rows, the gates in PyTorch's order: input, forget, cell, output.
struct LSTMShape: Sendable, Hashable, Codable {
    /// Numbers a step.
    var inputs = 7
    /// Hidden units.
    var hidden = 24
    /// Steps that it reads.
    var steps = 168
    /// Steps that it forecasts at once.
    var horizon = 24

    /// The quantiles that it forecasts.
    static let quantiles = [0.1, 0.5, 0.9]

    /// Numbers that it gives: one a step and quantile.
    var outputs: Int { horizon * Self.quantiles.count }
    /// Where the weights of the hidden state begin; those of the inputs, 4·hidden × inputs, come first.
    var recurrent: Int { 4 * hidden * inputs }
    /// Where the 4·hidden biases begin.
    var bias: Int { recurrent + 4 * hidden * hidden }
    /// Where the weights of the output layer begin, outputs × hidden.
    var head: Int { bias + 4 * hidden }
    /// Where the biases of the output layer begin.
    var headBias: Int { head + outputs * hidden }
    /// All parameters.
    var parameters: Int { headBias + outputs }
}
