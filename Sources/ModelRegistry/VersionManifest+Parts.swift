extension VersionManifest {
    /// One of several artifacts that together are a version: what one shard trained.
    public struct Part: Codable, Sendable, Hashable {
        /// How many series it holds.
        public var series: Int
        /// How many of the manifest's chunks are its; they follow those of the part before.
        public var chunks: Int
        /// SHA-256 over its bytes.
        public var sha256: String

        /// Makes a part's description.
        public init(series: Int, chunks: Int, sha256: String) {
            self.series = series
            self.chunks = chunks
            self.sha256 = sha256
        }
    }

    /// Whether ``engineVersion`` names a trainer of Presage's own: recipes of others cannot be fitted by it.
    public var isPresages: Bool { engineVersion.hasPrefix("presage ") }

    /// Something that was found in the history.
    public struct Finding: Codable, Sendable, Hashable {
        /// What, in one word, such as `gaps`.
        public var kind: String
        /// How many rows, values or steps it concerns.
        public var count: Int
        /// How many series it concerns.
        public var series: Int
        /// One example, with the series' name.
        public var example: String

        /// Whether a decision rests on it: what was trained on a part of the history lowers nothing.
        public var isDecisive: Bool { kind == "partial" }

        /// Makes a finding.
        public init(kind: String, count: Int, series: Int, example: String) {
            self.kind = kind
            self.count = count
            self.series = series
            self.example = example
        }
    }

    /// What could not be read of the history; nil where all was.
    public var missingPart: String? { findings?.first(where: \.isDecisive)?.example }

    /// The longest list of findings that a manifest holds.
    public static let mostFindings = 20

    /// As many of the findings as a list holds. What decisions rest on comes first, so that it is never what is left out.
    public static func listed(_ findings: [Finding], most: Int = mostFindings) -> [Finding]? {
        let listed = (findings.filter(\.isDecisive) + findings.filter { !$0.isDecisive }).prefix(most)
        return listed.isEmpty ? nil : Array(listed)
    }

    /// The parts with the chunks of each; one where the artifact is in one piece.
    public var slices: [(part: Part, chunks: ArraySlice<Chunk>)] {
        guard let parts else {
            return [(Part(series: series, chunks: chunks.count, sha256: artifactDigest), chunks[...])]
        }
        var start = 0
        return parts.map { part in
            let end = min(chunks.count, start + max(0, part.chunks))
            defer { start = end }
            return (part, chunks[start..<end])
        }
    }

    /// What ``artifactDigest`` is where there are several parts.
    public static func digest(of parts: [Part]) -> String {
        Digest.sha256(Array(parts.map(\.sha256).joined().utf8))
    }
}
