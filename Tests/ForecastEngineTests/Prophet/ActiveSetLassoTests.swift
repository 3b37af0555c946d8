import Testing

@testable import ForecastEngine

@Suite struct ActiveSetLassoTests {
    /// A Gram matrix of hinges on a fine grid: as collinear as Prophet's are.
    private static func problem(_ count: Int, seed: UInt64, duplicate: Bool) -> (s: [Double], r: [Double], stride: Int)
    {
        var random = RandomGenerator(seed: seed)
        let stride = Kernels.padded(count)
        let rows = 300
        var z = [Double](repeating: 0, count: rows * stride)
        for r in 0..<rows {
            for j in 0..<count {
                let knot = Double(duplicate && j == count - 1 ? j - 1 : j) / Double(count + 3)
                z[r * stride + j] = max(0, Double(r) / Double(rows) - knot)
            }
        }
        let y = (0..<rows).map { row in (row > 100 ? 0.02 * Double(row - 100) : 0) + random.normal() }
        var s = [Double](repeating: 0, count: stride * stride)
        var r = [Double](repeating: 0, count: stride)
        for i in 0..<count {
            for j in 0..<count {
                for row in 0..<rows { s[i * stride + j] += z[row * stride + i] * z[row * stride + j] }
            }
            for row in 0..<rows { r[i] += z[row * stride + i] * y[row] }
        }
        return (s, r, stride)
    }

    @Test(arguments: [1, 2, 7, 25, 40], [0.001, 0.1, 3, 1_000])
    func `the optimality conditions hold on collinear hinges`(count: Int, penalty: Double) {
        for seed in 0..<5 as Range<UInt64> {
            for duplicate in [false, true] where count > 1 || !duplicate {
                let (s, r, stride) = Self.problem(count, seed: seed, duplicate: duplicate)
                let lasso = ActiveSetLasso()
                lasso.reset(count: count, stride: stride)
                var solution = [Double](repeating: 0, count: stride)
                solution.withUnsafeMutableBufferPointer {
                    lasso.solve(s, r, penalty: penalty, solution: $0.baseAddress!)
                }
                for j in 0..<count {
                    let gradient = r[j] - (0..<count).reduce(0) { $0 + s[j * stride + $1] * solution[$1] }
                    if solution[j] == 0 {
                        #expect(abs(gradient) <= penalty * (1 + 1e-6) + 1e-7)
                    } else {
                        #expect(abs(gradient - (solution[j] > 0 ? penalty : -penalty)) < penalty * 1e-6 + 1e-7)
                    }
                }
            }
        }
    }

    @Test func `a warm start ends where a cold one does`() {
        let (s, r, stride) = Self.problem(25, seed: 9, duplicate: false)
        func solve(_ start: [Double]) -> [Double] {
            let lasso = ActiveSetLasso()
            lasso.reset(count: 25, stride: stride)
            var solution = start
            solution.withUnsafeMutableBufferPointer { lasso.solve(s, r, penalty: 0.5, solution: $0.baseAddress!) }
            return solution
        }
        let cold = solve([Double](repeating: 0, count: stride))
        let warm = solve((0..<stride).map { $0 < 25 ? ($0 % 2 == 0 ? 3 : -2) : 0 })
        for (a, b) in zip(cold, warm) { #expect(abs(a - b) < 1e-6) }
    }
}
