/// How a ForecastModel is, by its conditions: what a list shows first, and whether a person has to look.
///
/// Which conditions are bad when they hold is known here alone; who shows models takes it from here.
public struct ModelHealth: Sendable, Hashable {
    /// How good or bad something is, the worst first.
    public enum Level: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// Nothing goes on before somebody changes something.
        case failing = "Failing"
        /// It goes on, and somebody should look.
        case warning = "Warning"
        /// There is something to come, or something that was not asked for.
        case waiting = "Waiting"
        /// As it should be.
        case good = "Good"

        /// Whether a person should look.
        public var needsAttention: Bool { self <= .warning }

        /// The worse is the smaller.
        public static func < (lhs: Level, rhs: Level) -> Bool {
            lhs.rank < rhs.rank
        }

        private var rank: Int {
            switch self {
            case .failing: 0
            case .warning: 1
            case .waiting: 2
            case .good: 3
            }
        }
    }

    /// That of the worst condition.
    public let level: Level
    /// The reason of the condition that is to be read first.
    public let reason: String

    /// Judges a model by its conditions; without any it is about to be looked at.
    public init(_ conditions: [Condition]) {
        var worst: (level: Level, reason: String)?
        for condition in conditions where condition.type != ConditionType.reconciling {
            guard let level = condition.health else { continue }
            if worst.map({ level < $0.level }) ?? true { worst = (level, condition.reason) }
        }
        guard let worst else {
            (level, reason) = (.waiting, "Pending")
            return
        }
        if worst.level.needsAttention {
            (level, reason) = worst
        } else if let trained = conditions[ConditionType.trained], trained.status != .true {
            (level, reason) = (.waiting, trained.reason)
        } else {
            // What is not applied because nobody asked for it is as it should be.
            // A template is never trained: `Ready` says that it is one.
            let ready = conditions[ConditionType.trained] == nil ? conditions[ConditionType.ready]?.reason : nil
            (level, reason) = (.good, conditions[ConditionType.scaled]?.reason ?? ready ?? "Ready")
        }
    }

    /// A model that this operator cannot read.
    public init(unreadable reason: String) { (level, self.reason) = (.failing, reason) }
}

extension Condition {
    /// How bad it is; nil where it tells of a trouble that there is not.
    public var health: ModelHealth.Level? {
        if type == ConditionType.reconciling { return status == .true ? .waiting : nil }
        if Self.troubles.contains(type) {
            return status == .true ? (type == ConditionType.stalled ? .failing : .warning) : nil
        }
        return switch status {
        case .true: .good
        case .unknown: .waiting
        case .false where Self.wanted.contains(reason): .waiting
        case .false: type == ConditionType.ready ? .failing : .warning
        }
    }

    /// Those that tell of something wrong when they hold; the others do when they do not hold.
    private static let troubles: Set<String> = [
        ConditionType.stalled, ConditionType.lowConfidence, ConditionType.memoryFollowsLimit,
        ConditionType.awaitingApproval, ConditionType.rolledBack, ConditionType.artifactDamaged,
        ConditionType.registryUnavailable, ConditionType.invalidAnnotation,
    ]

    /// Reasons why a condition does not hold that are no trouble: somebody wants it so, or it will be.
    private static let wanted: Set<String> = Set(
        [.noTarget, .off, .recommendOnly, .coolingDown, .outsideWindow].map(\ScalingDecision.Reason.rawValue)
    ).union(["Learning", "Suspended"])
}
