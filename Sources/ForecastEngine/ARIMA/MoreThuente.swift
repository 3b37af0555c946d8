/// The line search of Moré and Thuente: a step that meets the strong Wolfe conditions, by safeguarded cubic and quadratic
/// interpolation.
///
/// Source: J. J. Moré and D. J. Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM Transactions on
/// Mathematical Software 20 (1994), sections 2 to 4. The constants are those that SciPy's BFGS gives it: likelihoods of
/// ARIMA models have several valleys, and which one is found hangs on the steps.
struct MoreThuente: Sendable {
    /// A trial step with the value and the slope along the direction there.
    struct Trial: Sendable {
        var step: Double
        var value: Double
        var slope: Double
    }

    private static let decrease = 1e-4
    private static let curvature = 0.9
    private static let shortest = 1e-100
    private static let longest = 1e100
    private static let tolerance = 1e-14
    private static let mostTrials = 100

    /// The step found; nil where none meets the conditions.
    ///
    /// - Parameters:
    ///   - start: step 0.
    ///   - first: the first step to try, above 0.
    ///   - evaluate: the value and the slope at a step.
    static func search(from start: Trial, first: Double, evaluate: (Double) -> Trial) -> Trial? {
        guard start.slope < 0, first >= shortest, first <= longest else { return nil }
        let slopeTest = decrease * start.slope
        var best = start
        var other = start
        var isBracketed = false
        var isFirstStage = true
        var width = longest - shortest
        var previousWidth = 2 * width
        var low = 0.0
        var high = first + 4 * first
        var step = first
        for _ in 0..<mostTrials {
            let trial = evaluate(step)
            guard trial.value.isFinite, trial.slope.isFinite else { return nil }
            let bound = start.value + step * slopeTest
            if isFirstStage, trial.value <= bound, trial.slope >= 0 { isFirstStage = false }
            if trial.value <= bound, abs(trial.slope) <= curvature * -start.slope { return trial }
            if isBracketed, step <= low || step >= high || high - low <= tolerance * high { return nil }
            if step == longest, trial.value <= bound, trial.slope <= slopeTest { return nil }
            if step == shortest, trial.value > bound || trial.slope >= slopeTest { return nil }

            if isFirstStage, trial.value <= best.value, trial.value > bound {
                // Below the line of sufficient decrease the modified function ψ decides (section 3).
                func modified(_ t: Trial) -> Trial {
                    Trial(step: t.step, value: t.value - t.step * slopeTest, slope: t.slope - slopeTest)
                }
                func restored(_ t: Trial) -> Trial {
                    Trial(step: t.step, value: t.value + t.step * slopeTest, slope: t.slope + slopeTest)
                }
                var a = modified(best)
                var b = modified(other)
                step = next(&a, &b, modified(trial), &isBracketed, low, high)
                best = restored(a)
                other = restored(b)
            } else {
                step = next(&best, &other, trial, &isBracketed, low, high)
            }
            if isBracketed {
                // A bracket that hardly shrinks is halved.
                if abs(other.step - best.step) >= 0.66 * previousWidth {
                    step = best.step + 0.5 * (other.step - best.step)
                }
                previousWidth = width
                width = abs(other.step - best.step)
                low = min(best.step, other.step)
                high = max(best.step, other.step)
            } else {
                low = step + 1.1 * (step - best.step)
                high = step + 4 * (step - best.step)
            }
            step = min(max(step, shortest), longest)
            if isBracketed, step <= low || step >= high || high - low <= tolerance * high { step = best.step }
        }
        return nil
    }

    /// Takes in a trial and says where to try next (section 4); `best` has the least value, `other` ends the bracket.
    private static func next(
        _ best: inout Trial, _ other: inout Trial, _ trial: Trial, _ isBracketed: inout Bool, _ low: Double,
        _ high: Double
    ) -> Double {
        let opposite = trial.slope * (best.slope < 0 ? -1 : best.slope > 0 ? 1 : 0)
        var step: Double
        if trial.value > best.value {
            // A higher value: the minimum is bracketed; the cubic step if it is nearer to the best than the quadratic.
            let (theta, gamma) = cubic(best, trial, clamps: false)
            let g = trial.step < best.step ? -gamma : gamma
            let ratio = (g - best.slope + theta) / (g - best.slope + g + trial.slope)
            let cubicStep = best.step + ratio * (trial.step - best.step)
            let secant = (best.value - trial.value) / (trial.step - best.step) + best.slope
            let quadratic = best.step + best.slope / secant / 2 * (trial.step - best.step)
            step =
                abs(cubicStep - best.step) < abs(quadratic - best.step)
                ? cubicStep : cubicStep + (quadratic - cubicStep) / 2
            isBracketed = true
        } else if opposite < 0 {
            // The slope changes its sign: bracketed too; the farther of the cubic and the secant step.
            let (theta, gamma) = cubic(best, trial, clamps: false)
            let g = trial.step > best.step ? -gamma : gamma
            let ratio = (g - trial.slope + theta) / (g - trial.slope + g + best.slope)
            let cubicStep = trial.step + ratio * (best.step - trial.step)
            let secant = trial.step + trial.slope / (trial.slope - best.slope) * (best.step - trial.step)
            step = abs(cubicStep - trial.step) > abs(secant - trial.step) ? cubicStep : secant
            isBracketed = true
        } else if abs(trial.slope) < abs(best.slope) {
            // Flatter in the same direction: the cubic step where the cubic tends to a minimum beyond the trial.
            let (theta, gamma) = cubic(best, trial, clamps: true)
            let g = trial.step > best.step ? -gamma : gamma
            let ratio = (g - trial.slope + theta) / (g + (best.slope - trial.slope) + g)
            let cubicStep =
                ratio < 0 && g != 0
                ? trial.step + ratio * (best.step - trial.step) : trial.step > best.step ? high : low
            let secant = trial.step + trial.slope / (trial.slope - best.slope) * (best.step - trial.step)
            if isBracketed {
                step = abs(cubicStep - trial.step) < abs(secant - trial.step) ? cubicStep : secant
                let limit = trial.step + 0.66 * (other.step - trial.step)
                step = trial.step > best.step ? min(limit, step) : max(limit, step)
            } else {
                step = abs(cubicStep - trial.step) > abs(secant - trial.step) ? cubicStep : secant
                step = min(max(step, low), high)
            }
        } else if isBracketed {
            // Lower, and as steep: the cubic through the trial and the other end.
            let (theta, gamma) = cubic(other, trial, clamps: false)
            let g = trial.step > other.step ? -gamma : gamma
            let ratio = (g - trial.slope + theta) / (g - trial.slope + g + other.slope)
            step = trial.step + ratio * (other.step - trial.step)
        } else {
            step = trial.step > best.step ? high : low
        }
        if trial.value > best.value {
            other = trial
        } else {
            if opposite < 0 { other = best }
            best = trial
        }
        return step
    }

    /// θ and γ of the cubic through two trials (equations of section 4), scaled against overflow.
    private static func cubic(_ a: Trial, _ b: Trial, clamps: Bool) -> (theta: Double, gamma: Double) {
        let theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
        let scale = max(abs(theta), abs(a.slope), abs(b.slope))
        guard scale > 0 else { return (theta, 0) }
        let square = theta / scale * (theta / scale) - a.slope / scale * (b.slope / scale)
        return (theta, scale * max(square, clamps ? 0 : square).squareRoot())
    }
}
