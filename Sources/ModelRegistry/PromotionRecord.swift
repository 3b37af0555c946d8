public import Foundation
import KubernetesClient

/// What became of a version, kept as annotations on its manifest: the truth that `status` is a copy of.
///
/// The operator writes it once, in one update that is guarded by the manifest's resource version. A record that stands is
/// read back, never decided again, so that a crash at any point promotes nothing twice.
public struct PromotionRecord: Sendable, Hashable {
    /// What was decided.
    public enum Decision: String, Sendable, Hashable {
        /// The challenger won, or was the first: a new version.
        case promoted = "Promoted"
        /// The champion stays; the artifact is its recipe on newer data, a new revision of its version.
        case refreshed = "Refreshed"
        /// The artifact serves nothing: the champion it was scored against is not the one in production.
        case superseded = "Superseded"
        /// The challenger won and waits for a person's approval.
        case candidate = "Candidate"
        /// A person turned the candidate down.
        case rejected = "Rejected"
        /// The version, with all its revisions, was taken back: its forecasts turned out worse than those of the one before.
        case rolledBack = "RolledBack"
        /// The artifact does not have its manifest's digests, or cannot be read: it serves nothing.
        case damaged = "Damaged"

        /// Whether the artifact serves or has served, and may serve again when it is pinned.
        public var serves: Bool { self == .promoted || self == .refreshed }
        /// Whether the artifact has a version number of its own, which no other may get.
        public var isNumbered: Bool { self != .superseded }
    }

    /// What was decided.
    public var decision: Decision
    /// The version that the artifact is, from 1.
    public var version: Int
    /// How often that version was refitted, from 0.
    public var revision: Int
    /// Grows by one with every record of a model: the highest serves.
    public var sequence: Int
    /// When it was decided.
    public var decidedAt: Date
    /// Why, as a sentence with both scores.
    public var reason: String
    /// How many runs in a row, this one included, found the champion's forecasts worse than those of the version before.
    public var worseRuns: Int

    /// Makes a record.
    public init(
        decision: Decision, version: Int, revision: Int, sequence: Int, decidedAt: Date, reason: String,
        worseRuns: Int = 0
    ) {
        self.decision = decision
        self.version = version
        self.revision = revision
        self.sequence = sequence
        self.decidedAt = decidedAt
        self.reason = reason
        self.worseRuns = worseRuns
    }

    private enum Annotation {
        static let decision = "presage.dev/decision"
        static let version = "presage.dev/version"
        static let revision = "presage.dev/revision"
        static let sequence = "presage.dev/sequence"
        static let decidedAt = "presage.dev/decided-at"
        static let reason = "presage.dev/reason"
        static let worseRuns = "presage.dev/worse-runs"
    }

    /// Reads a record from a manifest's annotations; nil where none was made yet.
    public init?(annotations: [String: String]) {
        guard let decision = annotations[Annotation.decision].flatMap(Decision.init),
            let version = annotations[Annotation.version].flatMap({ Int($0) }),
            let revision = annotations[Annotation.revision].flatMap({ Int($0) }),
            let sequence = annotations[Annotation.sequence].flatMap({ Int($0) }),
            let decidedAt = annotations[Annotation.decidedAt].flatMap({ Timestamp($0) })
        else { return nil }
        self.init(
            decision: decision, version: version, revision: revision, sequence: sequence, decidedAt: decidedAt.date,
            reason: annotations[Annotation.reason] ?? "",
            worseRuns: annotations[Annotation.worseRuns].flatMap { Int($0) } ?? 0)
    }

    /// The annotations to write.
    public var annotations: [String: String] {
        [
            Annotation.decision: decision.rawValue, Annotation.version: String(version),
            Annotation.revision: String(revision), Annotation.sequence: String(sequence),
            Annotation.decidedAt: Timestamp(decidedAt).description, Annotation.reason: reason,
            Annotation.worseRuns: String(worseRuns),
        ]
    }
}
