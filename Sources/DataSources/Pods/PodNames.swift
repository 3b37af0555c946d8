/// The names that a Deployment's pods have.
///
/// A Deployment names its ReplicaSets `<deployment>-<hash>`, and a ReplicaSet its pods `<replicaset>-<random>`. The hash is
/// a 32-bit number in decimal and the random part has five characters, both written in the API server's safe alphabet
/// (`k8s.io/apimachinery/pkg/util/rand`), which has no vowels and no digits that look like them; a decimal number uses
/// ten characters of it. A name is generated from at most 58 characters before the random ones, so that it fits a label.
enum PodNames {
    /// What the ten decimal digits become.
    private static let hash = "[4-9bcdf]"
    private static let random = "[bcdfghjklmnpqrstvwxz2456789]{5}"
    /// 63 characters less the random ones.
    private static let longestBase = 58

    /// A regular expression (RE2) for the names of a Deployment's pods; PromQL anchors it at both ends.
    static func pattern(ofDeployment name: String) -> String {
        let prefix = name + "-"
        let room = longestBase - prefix.utf8.count
        if room <= 0 { return escaped(String(prefix.prefix(longestBase))) + random }
        // With little room the end of the hash, or the hyphen after it, is cut off.
        if room < 11 { return escaped(prefix) + "\(hash){1,\(room)}-?" + random }
        return escaped(prefix) + "\(hash){1,10}-" + random
    }

    /// The name of the ReplicaSet that a pod's name tells; nil where the name is not of a Deployment's pod.
    static func replicaSet(ofPod name: String) -> String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 3, let last = parts.last, last.count == 5, last.allSatisfy(safeAlphabet.contains),
            case let hash = parts[parts.count - 2], (1...10).contains(hash.count),
            hash.allSatisfy(digitAlphabet.contains)
        else { return nil }
        return String(name.utf8.dropLast(6))
    }

    private static let safeAlphabet = Set("bcdfghjklmnpqrstvwxz2456789".utf8)
    private static let digitAlphabet = Set("456789bcdf".utf8)

    /// A name as a regular expression that matches it alone.
    static func escaped(_ name: String) -> String {
        var result = ""
        for character in name {
            if #"\.+*?()|[]{}^$"#.contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
