/// Dense double-precision kernels shared by Prophet's solvers.
///
/// Matrices are row-major; a row's length (its stride) is a multiple of four, the tail padded with zeros, so that every
/// loop runs on whole `SIMD4` lanes. Nothing is allocated here, and sums run in one fixed order: the same input gives the
/// same bits whatever the number of threads.
enum Kernels {
    typealias Lane = SIMD4<Double>

    /// The smallest multiple of four that holds `count` doubles.
    @inline(__always)
    static func padded(_ count: Int) -> Int { (count + 3) & ~3 }

    @inline(__always)
    static func load(_ pointer: UnsafePointer<Double>) -> Lane {
        UnsafeRawPointer(pointer).loadUnaligned(as: Lane.self)
    }

    @inline(__always)
    static func load(_ pointer: UnsafeMutablePointer<Double>) -> Lane {
        UnsafeRawPointer(pointer).loadUnaligned(as: Lane.self)
    }

    @inline(__always)
    static func store(_ lane: Lane, _ pointer: UnsafeMutablePointer<Double>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: lane, as: Lane.self)
    }

    /// Σ aᵢ·bᵢ over `count` elements; no padding needed.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var sum = Lane.zero
        var i = 0
        while i &+ 4 <= count {
            sum += load(a + i) * load(b + i)
            i &+= 4
        }
        var total = (sum[0] + sum[1]) + (sum[2] + sum[3])
        while i < count {
            total += a[i] * b[i]
            i &+= 1
        }
        return total
    }

    /// y += α·x over `stride` elements (a multiple of four).
    @inline(__always)
    static func axpy(
        _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ stride: Int
    ) {
        let factor = Lane(repeating: alpha)
        var i = 0
        while i < stride {
            store(load(y + i) + factor * load(x + i), y + i)
            i &+= 4
        }
    }

    /// C ← C ± AᵀA for the blocks on and below the diagonal.
    ///
    /// - Parameters:
    ///   - a: `rows` rows of `stride` doubles.
    ///   - rowIndex: which row of `a` the r-th row is; `nil` for 0, 1, 2, …
    ///   - c: `stride` × `stride`, row-major. Only entries whose 4×4 block is on or below the diagonal are touched.
    static func accumulateGram(
        _ a: UnsafePointer<Double>, rows: Int, stride: Int, rowIndex: UnsafePointer<Int32>? = nil,
        into c: UnsafeMutablePointer<Double>, subtract: Bool = false
    ) {
        var i = 0
        while i < stride {
            var j = 0
            while j <= i {
                var c0 = Lane.zero
                var c1 = Lane.zero
                var c2 = Lane.zero
                var c3 = Lane.zero
                if let rowIndex {
                    for r in 0..<rows {
                        let row = a + Int(rowIndex[r]) &* stride
                        let b = load(row + j)
                        c0 += Lane(repeating: row[i]) * b
                        c1 += Lane(repeating: row[i &+ 1]) * b
                        c2 += Lane(repeating: row[i &+ 2]) * b
                        c3 += Lane(repeating: row[i &+ 3]) * b
                    }
                } else {
                    var row = a
                    for _ in 0..<rows {
                        let b = load(row + j)
                        c0 += Lane(repeating: row[i]) * b
                        c1 += Lane(repeating: row[i &+ 1]) * b
                        c2 += Lane(repeating: row[i &+ 2]) * b
                        c3 += Lane(repeating: row[i &+ 3]) * b
                        row += stride
                    }
                }
                let target = c + (i &* stride + j)
                if subtract {
                    store(load(target) - c0, target)
                    store(load(target + stride) - c1, target + stride)
                    store(load(target + 2 &* stride) - c2, target + 2 &* stride)
                    store(load(target + 3 &* stride) - c3, target + 3 &* stride)
                } else {
                    store(load(target) + c0, target)
                    store(load(target + stride) + c1, target + stride)
                    store(load(target + 2 &* stride) + c2, target + 2 &* stride)
                    store(load(target + 3 &* stride) + c3, target + 3 &* stride)
                }
                j &+= 4
            }
            i &+= 4
        }
    }

    /// out ← Σᵣ yᵣ·A[r, :], overwriting `stride` doubles.
    static func transposedProduct(
        _ a: UnsafePointer<Double>, rows: Int, stride: Int, rowIndex: UnsafePointer<Int32>? = nil,
        _ y: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>
    ) {
        var j = 0
        while j < stride {
            if j &+ 16 <= stride {
                var s0 = Lane.zero
                var s1 = Lane.zero
                var s2 = Lane.zero
                var s3 = Lane.zero
                for r in 0..<rows {
                    let row = a + (rowIndex.map { Int($0[r]) } ?? r) &* stride + j
                    let value = Lane(repeating: y[r])
                    s0 += value * load(row)
                    s1 += value * load(row + 4)
                    s2 += value * load(row + 8)
                    s3 += value * load(row + 12)
                }
                store(s0, out + j)
                store(s1, out + j + 4)
                store(s2, out + j + 8)
                store(s3, out + j + 12)
                j &+= 16
            } else {
                var s0 = Lane.zero
                for r in 0..<rows {
                    let row = a + (rowIndex.map { Int($0[r]) } ?? r) &* stride + j
                    s0 += Lane(repeating: y[r]) * load(row)
                }
                store(s0, out + j)
                j &+= 4
            }
        }
    }

    /// One pass over the rows of a segment: Σ x and Σ t·x, each of `stride` doubles, overwriting the outputs.
    static func segmentSums(
        _ a: UnsafePointer<Double>, rows: Range<Int>, stride: Int, rowIndex: UnsafePointer<Int32>,
        t: UnsafePointer<Double>, sums: UnsafeMutablePointer<Double>, tSums: UnsafeMutablePointer<Double>
    ) {
        var j = 0
        while j < stride {
            var s0 = Lane.zero
            var s1 = Lane.zero
            for r in rows {
                let x = load(a + Int(rowIndex[r]) &* stride + j)
                s0 += x
                s1 += Lane(repeating: t[r]) * x
            }
            store(s0, sums + j)
            store(s1, tSums + j)
            j &+= 4
        }
    }

    /// Cholesky factor L of a symmetric positive definite matrix, in place on its lower triangle.
    ///
    /// A pivot at or below `pivotFloor` times its diagonal entry is replaced by that floor: a column that depends on
    /// those before it then gets a bounded step rather than a NaN.
    static func cholesky(_ a: UnsafeMutablePointer<Double>, size: Int, stride: Int) {
        for i in 0..<size { choleskyRow(a, i, stride: stride) }
    }

    /// Row `i` of the factor, the rows above it being done.
    @inline(__always)
    static func choleskyRow(_ a: UnsafeMutablePointer<Double>, _ i: Int, stride: Int) {
        let row = a + i &* stride
        var j = 0
        while j < i {
            let other = a + j &* stride
            row[j] = (row[j] - dot(row, other, j)) / other[j]
            j &+= 1
        }
        let diagonal = row[i]
        let pivot = diagonal - dot(row, row, i)
        row[i] = max(pivot, pivotFloor * diagonal, .leastNormalMagnitude).squareRoot()
    }

    /// x ← L⁻¹x.
    @inline(__always)
    static func forwardSubstitute(
        _ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, size: Int, stride: Int
    ) {
        for i in 0..<size {
            let row = l + i &* stride
            x[i] = (x[i] - dot(row, x, i)) / row[i]
        }
    }

    /// x ← L⁻ᵀx.
    @inline(__always)
    static func backSubstitute(
        _ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, size: Int, stride: Int
    ) {
        var i = size &- 1
        while i >= 0 {
            let row = l + i &* stride
            let value = x[i] / row[i]
            x[i] = value
            var j = 0
            while j < i {
                x[j] -= value * row[j]
                j &+= 1
            }
            i &-= 1
        }
    }

    /// The least pivot, relative to its diagonal entry.
    static let pivotFloor = 1e-14
}
