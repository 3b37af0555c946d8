import Foundation

/// The first harmonic of a period, at a time in seconds since 1970 UTC.
struct FourierClock: Sendable {
    private let seconds: Double
    /// The period in seconds where that is a whole number.
    private let wholeSeconds: Int?

    /// - Parameter period: in days.
    init(period: Double) {
        seconds = period * 86_400
        let rounded = seconds.rounded()
        wholeSeconds =
            rounded >= 1 && rounded < 1e15 && abs(seconds - rounded) < 1e-6 ? Int(rounded) : nil
    }

    func sineCosine(_ time: Int) -> (sine: Double, cosine: Double) {
        let turn: Double
        if let wholeSeconds {
            turn = Double(time % wholeSeconds) / Double(wholeSeconds)
        } else {
            turn = Double(time).truncatingRemainder(dividingBy: seconds) / seconds
        }
        let angle = 2 * Double.pi * turn
        return (sin(angle), cos(angle))
    }
}
