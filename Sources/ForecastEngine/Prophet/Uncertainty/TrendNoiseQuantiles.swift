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

    /// The most nodes of one inversion. Noise too narrow for them is widened to about 0.5% of the trend's reach.
    private static let mostNodes = 8_192

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
        // Beyond all numbers there is no interval.
        guard (reach + noise) * (1 + z) * Double(steps) <= 1e100 else { return factors.map { _ in .infinity } }
        // Far below the noise the trend moves nothing.
        guard reach > 1e-6 * noise, p > 0 else { return factors.map { _ in z * noise } }
        let whole = Grid(self, p: p, steps: steps, factor: largestFactor, z: z)
        if whole.nodes <= Self.mostNodes / 4 {
            return solve(0..<steps, grid: whole, width: width, factors: factors, p: p)
        }
        // Little noise needs many nodes over a wide range: early steps, whose range is short, get grids of their own.
        var result: [Double] = []
        while result.count < steps {
            let end = min(steps, max(1, 2 * result.count))
            let grid = Grid(self, p: p, steps: end, factor: largestFactor, z: z)
            result += solve(result.count..<end, grid: grid, width: width, factors: factors, p: p)
        }
        return result
    }

    /// The nodes of the inversion for forecasts of up to some steps.
    private struct Grid {
        var range: Double
        var spacing: Double
        var noise: Double
        var nodes: Int

        init(_ q: TrendNoiseQuantiles, p: Double, steps: Int, factor: Double, z: Double) {
            let scale = q.stepScale * factor
            range =
                2 * q.laplaceTail(p, steps: steps) * scale + 8 * q.noise
                + 2 * max(0, z) * (q.trendDeviation(p, steps: steps) * scale + q.noise)
            spacing = 2 * Double.pi / range
            noise = max(q.noise, 8.6 / (spacing * Double(mostNodes)))
            nodes = Int((8.6 / (noise * spacing)).rounded(.up)) + 1
        }
    }

    private func solve(
        _ steps: Range<Int>, grid: Grid, width: Double, factors: [Double], p: Double
    ) -> [Double] {
        let spacing = grid.spacing
        let uniform = factors.allSatisfy { $0 == factors[0] }
        var damping = [Double](repeating: 0, count: grid.nodes)
        var product = [Double](repeating: 1, count: grid.nodes)
        var weighted = product
        for i in 0..<grid.nodes {
            let u = (Double(i) + 0.5) * spacing
            damping[i] = exp(-0.5 * grid.noise * grid.noise * u * u)
            if uniform { product[i] = characteristic(p, steps: steps.lowerBound, u: abs(factors[0]) * u) }
        }
        var result: [Double] = []
        result.reserveCapacity(steps.count)
        var previous = Statistics.normalQuantile(0.5 + width / 2) * grid.noise
        for step in steps {
            let factor = abs(factors[step])
            for i in 0..<grid.nodes {
                let u = (Double(i) + 0.5) * spacing
                if uniform {
                    let scaled = (Double(step) + 0.5) * stepScale * factor * u
                    product[i] *= 1 - p + p / (1 + scaled * scaled)
                } else {
                    product[i] = characteristic(p, steps: step + 1, u: factor * u)
                }
                weighted[i] = product[i] * damping[i]
            }
            previous = quantile(width / 2, spacing: spacing, weighted: weighted, start: previous, limit: grid.range / 2)
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
    fileprivate func laplaceTail(_ p: Double, steps: Int) -> Double {
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

    fileprivate func trendDeviation(_ p: Double, steps: Int) -> Double {
        var variance = 0.0
        for j in 0..<steps { variance += 2 * p * (Double(j) + 0.5) * (Double(j) + 0.5) }
        return variance.squareRoot()
    }
}
