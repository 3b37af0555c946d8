import Foundation

/// The exact quantiles of Prophet's predictive distribution under linear growth.
///
/// Prophet draws trends to come: in each future step, with probability p, the slope changes by a Laplace draw of scale λ
/// (half of it in this step, half in the next). After h steps the trend is off by W = a·Σⱼ (j + ½)·Bⱼ·Lⱼ, j = 0…h−1, with
/// B Bernoulli(p), L Laplace(1) and a = λ·(step), and the forecast by c·W + N(0, σ²), c being 1 plus the multiplicative
/// terms. Prophet reads quantiles off 1,000 draws, which leaves them uncertain by up to 2% of the scale of y. They are
/// computed here without drawing: both parts are symmetric and independent, the characteristic function is
///
///     φ(u) = Πⱼ (1 − p + p / (1 + ((j + ½)·a·u)²)) · exp(−½σ²u²)
///
/// and the distribution function follows by the Gil-Pelaez inversion F(x) = ½ + (1/π)·∫ sin(ux)·φ(u)/u du. With nodes at
/// (i + ½)·2π/L the sum is exact but for the mass beyond L − x (Poisson summation), so some tens of nodes give 1e−7. This is
/// what Prophet's bounds converge to as `uncertaintySamples` grows, and needs no seed.
struct TrendNoiseQuantiles {
    /// Probability of a change in one step.
    var changeProbability: Double
    /// a: the scale of a change of slope times the length of a step.
    var stepScale: Double
    /// σ of the noise.
    var noise: Double

    /// The quantile at ½ + `width`/2 of |c|·W + N after each step: half the width of the interval.
    ///
    /// - Parameter factors: c of each step.
    func halfWidths(width: Double, factors: [Double]) -> [Double] {
        let steps = factors.count
        guard steps > 0 else { return [] }
        let z = Statistics.normalQuantile(0.5 + width / 2)
        let p = min(1, changeProbability)
        let largestFactor = factors.reduce(0) { max($0, abs($1)) }
        let reach = stepScale * largestFactor * (Double(steps) - 0.5)
        // Far below the noise the trend moves nothing.
        guard reach > 1e-6 * noise, p > 0 else { return factors.map { _ in z * noise } }

        let tail = laplaceTail(p, steps: steps) * stepScale * largestFactor
        let spread = trendDeviation(p, steps: steps) * stepScale * largestFactor
        let range = 2 * tail + 8 * noise + 2 * max(0, z) * (spread + noise)
        let spacing = 2 * Double.pi / range
        // Noise much narrower than the trend's changes is widened a little, to bound the number of nodes.
        let deviation = max(noise, 8.6 / (spacing * 2048))
        let nodes = Int((8.6 / (deviation * spacing)).rounded(.up)) + 1

        var damping = [Double](repeating: 0, count: nodes)
        var product = [Double](repeating: 1, count: nodes)
        var weighted = product
        for i in 0..<nodes {
            let u = (Double(i) + 0.5) * spacing
            damping[i] = exp(-0.5 * deviation * deviation * u * u)
        }
        let uniform = factors.allSatisfy { $0 == factors[0] }
        let target = width / 2
        var result: [Double] = []
        result.reserveCapacity(steps)
        var previous = z * noise
        for step in 0..<steps {
            let factor = abs(factors[step])
            for i in 0..<nodes {
                let u = (Double(i) + 0.5) * spacing
                if uniform {
                    let scaled = (Double(step) + 0.5) * stepScale * factor * u
                    product[i] *= 1 - p + p / (1 + scaled * scaled)
                } else {
                    product[i] = characteristic(p, steps: step + 1, u: factor * u)
                }
                weighted[i] = product[i] * damping[i]
            }
            previous = quantile(target, spacing: spacing, weighted: weighted, start: previous, limit: range / 2)
            result.append(previous)
        }
        return result
    }

    private func characteristic(_ p: Double, steps: Int, u: Double) -> Double {
        var product = 1.0
        for j in 0..<steps {
            let scaled = (Double(j) + 0.5) * stepScale * u
            product *= 1 - p + p / (1 + scaled * scaled)
        }
        return product
    }

    /// x > 0 with F(x) − ½ = `target`, by Newton's method kept inside a bracket.
    private func quantile(
        _ target: Double, spacing: Double, weighted: [Double], start: Double, limit: Double
    ) -> Double {
        var low = 0.0
        var high = limit
        var x = min(start, limit)
        for _ in 0..<60 {
            // sin and cos of (i + ½)·spacing·x by rotation.
            let half = 0.5 * spacing * x
            var sine = sin(half)
            var cosine = cos(half)
            let turnSine = 2 * sine * cosine
            let turnCosine = 1 - 2 * sine * sine
            var mass = 0.0
            var density = 0.0
            for i in weighted.indices {
                mass += sine * weighted[i] / (Double(i) + 0.5)
                density += cosine * weighted[i]
                (sine, cosine) = (
                    sine * turnCosine + cosine * turnSine, cosine * turnCosine - sine * turnSine
                )
            }
            let error = mass / Double.pi - target
            if error > 0 { high = x } else { low = x }
            let slope = density * spacing / Double.pi
            var next = x - error / slope
            if !(next > low && next < high) { next = 0.5 * (low + high) }
            if abs(next - x) <= 1e-9 * (x + 1e-300) + 1e-12 * limit { return next }
            x = next
        }
        return x
    }

    /// y with P(|W| > y·a) below about 1e−7, by the Chernoff bound.
    private func laplaceTail(_ p: Double, steps: Int) -> Double {
        let widest = Double(steps) - 0.5
        var best = Double.infinity
        for share in [0.3, 0.5, 0.7, 0.85, 0.95] {
            var logMoment = 0.0
            for j in 0..<steps {
                let r = (Double(j) + 0.5) / widest * share
                logMoment += log(1 + p * r * r / (1 - r * r))
            }
            best = min(best, (16.8 + logMoment) * widest / share)
        }
        return best
    }

    private func trendDeviation(_ p: Double, steps: Int) -> Double {
        var variance = 0.0
        for j in 0..<steps { variance += 2 * p * (Double(j) + 0.5) * (Double(j) + 0.5) }
        return variance.squareRoot()
    }
}
