import Crypto
public import ForecastEngine

/// SHA-256 of what lineage is recorded of, in lower-case hex digits.
public enum Digest {
    /// The digest of bytes.
    public static func sha256(_ bytes: some Collection<UInt8>) -> String {
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
            hash.update(data: Array(bytes))
        }
        return hex(hash.finalize())
    }

    /// The digest of series: of each its id, its times and the bit patterns of its values and columns.
    ///
    /// The same observations have the same digest however the file that held them was written or ordered.
    public static func history(_ series: [TimeSeries]) -> String {
        var hash = SHA256()
        func add(_ text: String) {
            add(text.utf8.count)
            hash.update(data: Array(text.utf8))
        }
        func add(_ number: Int) {
            withUnsafeBytes(of: Int64(number).littleEndian) { hash.update(bufferPointer: $0) }
        }
        func add(_ values: [Double]) {
            // NaN has many bit patterns; one of them stands for all.
            let patterns = values.map { ($0.isNaN ? Double.nan : $0).bitPattern.littleEndian }
            patterns.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        for one in series.sorted(by: { $0.id < $1.id }) {
            add(one.id)
            add(one.times.count)
            one.times.map { Int64($0).littleEndian }.withUnsafeBytes { hash.update(bufferPointer: $0) }
            add(one.values)
            for name in one.columns.keys.sorted() {
                add(name)
                add(one.columns[name] ?? [])
            }
        }
        return hex(hash.finalize())
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        text.reserveCapacity(64)
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
