/// Gaussian elimination with partial pivoting.
enum LinearSystem {
    /// Solves A x = b in place, A in rows; false where A is singular to working precision.
    static func solve(_ a: inout [Double], _ b: inout [Double], size n: Int) -> Bool {
        for k in 0..<n {
            var pivot = k
            for i in k..<n where abs(a[i * n + k]) > abs(a[pivot * n + k]) { pivot = i }
            guard abs(a[pivot * n + k]) > 1e-14 else { return false }
            if pivot != k {
                for j in k..<n { a.swapAt(pivot * n + j, k * n + j) }
                b.swapAt(pivot, k)
            }
            for i in (k + 1)..<max(n, k + 1) {
                let factor = a[i * n + k] / a[k * n + k]
                if factor == 0 { continue }
                for j in k..<n { a[i * n + j] -= factor * a[k * n + j] }
                b[i] -= factor * b[k]
            }
        }
        for k in stride(from: n - 1, through: 0, by: -1) {
            var value = b[k]
            for j in stride(from: k + 1, to: n, by: 1) { value -= a[k * n + j] * b[j] }
            b[k] = value / a[k * n + k]
        }
        return true
    }
}
