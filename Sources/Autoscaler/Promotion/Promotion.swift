/// Whether a challenger takes over from the champion, and why.
///
/// Both are scored by SMAPE on the same holdout, which neither fit has seen. Pure.
public struct Promotion: Sendable, Hashable, Codable {
    /// A version's score.
    public struct Score: Sendable, Hashable, Codable {
        /// The version, counted from 1; nil where it has none yet.
        public var version: Int?
        /// SMAPE in percent from 0 to 200; not finite where it could not be scored.
        public var smape: Double

        /// Makes a score.
        public init(version: Int? = nil, smape: Double) {
            self.version = version
            self.smape = smape
        }
    }

    /// Why it was decided so, as one word for programs.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// There was no version yet.
        case firstVersion = "FirstVersion"
        /// The challenger's SMAPE is lower, by enough.
        case better = "Better"
        /// The challenger's SMAPE is not lower.
        case notBetter = "NotBetter"
        /// The challenger's SMAPE is lower, but not by `minimumImprovement`.
        case belowMinimumImprovement = "BelowMinimumImprovement"
        /// The challenger could not be scored.
        case notFinite = "NotFinite"
        /// The champion could not be scored any more, and the challenger can.
        case championNotFinite = "ChampionNotFinite"
        /// `pinnedVersion` says what serves.
        case pinned = "Pinned"
        /// It would win, and waits for a person.
        case awaitingApproval = "AwaitingApproval"
    }

    /// Whether the challenger takes over.
    public var isPromoted: Bool
    /// Why, as one word.
    public var reason: Reason
    /// Why, as a sentence with both scores.
    public var message: String
    /// Why the serving version should not scale by itself; nil where it may.
    public var lowConfidence: String?

    /// Decides.
    ///
    /// - Parameters:
    ///   - challenger: the new version's score.
    ///   - champion: the score of the version in production on the same holdout; nil where there is none.
    ///   - baseline: the SMAPE of a seasonal naive forecast on the same holdout; nil where it was not computed.
    ///   - policy: the model's `promotion`.
    public static func decide(
        challenger: Score, champion: Score?, baseline: Double? = nil, policy: PromotionSpec = PromotionSpec()
    ) -> Promotion {
        var promotion = compare(challenger, champion, policy)
        let serving = promotion.isPromoted ? challenger : champion ?? challenger
        promotion.lowConfidence = lowConfidence(smape: serving.smape, baseline: baseline, policy: policy)
        return promotion
    }

    private static func compare(_ challenger: Score, _ champion: Score?, _ policy: PromotionSpec) -> Promotion {
        if let pinned = policy.pinnedVersion {
            let isPinned = challenger.version == pinned && champion?.version != pinned
            return Promotion(
                isPromoted: isPinned, reason: .pinned,
                message: "promotion.pinnedVersion says that version \(pinned) serves"
            )
        }
        guard challenger.smape.isFinite else {
            return Promotion(
                isPromoted: false, reason: .notFinite,
                message: "the challenger could not be scored: its SMAPE is not finite"
            )
        }
        guard let champion else {
            return Promotion(
                isPromoted: true, reason: .firstVersion,
                message: "the first version serves: SMAPE \(percent(challenger.smape))"
            )
        }
        return held(against(challenger, champion, policy), policy)
    }

    private static func against(_ challenger: Score, _ champion: Score, _ policy: PromotionSpec) -> Promotion {
        guard champion.smape.isFinite else {
            return Promotion(
                isPromoted: true, reason: .championNotFinite,
                message: "SMAPE \(percent(challenger.smape)); the champion could not be scored on this history"
            )
        }
        let scores = "SMAPE \(percent(challenger.smape)) against the champion's \(percent(champion.smape))"
        guard challenger.smape < champion.smape else {
            let what = challenger.smape == champion.smape ? "a tie keeps the champion" : "not lower"
            return Promotion(isPromoted: false, reason: .notBetter, message: "\(scores): \(what)")
        }
        // Not `1 − challenger / champion`: rounding there could refuse exactly what was asked for.
        let needed = champion.smape * (1 - policy.minimumImprovement / 100)
        guard challenger.smape <= needed else {
            return Promotion(
                isPromoted: false, reason: .belowMinimumImprovement,
                message: "\(scores): lower, but not by the \(policy.minimumImprovement)% that minimumImprovement asks"
            )
        }
        return Promotion(isPromoted: true, reason: .better, message: "\(scores): lower")
    }

    /// A winner that a person has to approve first.
    private static func held(_ promotion: Promotion, _ policy: PromotionSpec) -> Promotion {
        guard promotion.isPromoted, policy.approval == .manual else { return promotion }
        return Promotion(
            isPromoted: false, reason: .awaitingApproval,
            message: "\(promotion.message); promotion.approval is Manual: set promotion.approvedVersion to approve it"
        )
    }

    /// Why a version should not scale by itself; nil where it may.
    ///
    /// - Parameters:
    ///   - smape: its score on the newest holdout; nil or not finite where it could not be scored.
    ///   - baseline: the SMAPE of a seasonal naive forecast on the same holdout; nil where it was not computed.
    public static func lowConfidence(smape: Double?, baseline: Double?, policy: PromotionSpec) -> String? {
        guard policy.baseline == .seasonalNaive else { return nil }
        guard let smape, smape.isFinite else {
            return "the serving version could not be scored on the newest history, so it only recommends"
        }
        guard let baseline, baseline.isFinite, smape > baseline else { return nil }
        return """
            SMAPE \(percent(smape)) is worse than the \(percent(baseline)) of a seasonal naive forecast on the same holdout, so \
            the model only recommends
            """
    }

    /// An error in percent as all messages write it, `12.30%`: with two decimals, so that a score that lost looks it.
    public static func percent(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)%" }
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)%"
    }
}
