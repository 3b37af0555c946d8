import Foundation

/// A Kubernetes quantity as a number, for checks and comparisons only.
enum QuantityText {
    /// The value of `250m`, `1Gi`, `0.5`, `1e3`; nil where the text is no quantity.
    static func value(_ text: String) -> Double? {
        let scales: [(String, Double)] = [
            ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
            ("Pi", 1_125_899_906_842_624), ("Ei", 1_152_921_504_606_846_976), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3),
            ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18),
        ]
        for (suffix, scale) in scales where text.hasSuffix(suffix) {
            return number(String(text.dropLast(suffix.count))).map { $0 * scale }
        }
        return number(text)
    }

    private static func number(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard allowed, let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
