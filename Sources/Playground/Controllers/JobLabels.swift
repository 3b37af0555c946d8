import KubernetesClient

/// The labels and annotations that tie pods to their Job.
enum JobLabels {
    static let completionIndex = "batch.kubernetes.io/job-completion-index"

    static func all(uid: String, name: String) -> [(String, String)] {
        [
            ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name),
            ("controller-uid", uid), ("job-name", name),
        ]
    }

    /// The completion index of a pod of an Indexed Job.
    static func index(_ pod: JSONValue) -> Int? { pod.annotations[completionIndex].flatMap { Int($0) } }

    /// Indexes as Kubernetes writes them: `0-2,5`.
    static func text(_ indexes: Set<Int>) -> String {
        var ranges: [(Int, Int)] = []
        for index in indexes.sorted() {
            if let last = ranges.last, last.1 == index - 1 {
                ranges[ranges.count - 1].1 = index
            } else {
                ranges.append((index, index))
            }
        }
        return ranges.map { $0 == $1 ? "\($0)" : $1 == $0 + 1 ? "\($0),\($1)" : "\($0)-\($1)" }.joined(separator: ",")
    }

    /// Reads what ``text(_:)`` wrote.
    static func indexes(_ text: String) -> Set<Int> {
        var result: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            if let first = ends.first, let last = ends.last, first <= last { result.formUnion(first...last) }
        }
        return result
    }
}
