import Autoscaler
import Testing

struct PromotionTests {
    private func decide(
        _ challenger: Double, _ champion: Double?, baseline: Double? = nil,
        _ change: (inout PromotionSpec) -> Void = { _ in }
    ) -> Promotion {
        var policy = PromotionSpec()
        change(&policy)
        return .decide(
            challenger: .init(version: 2, smape: challenger), champion: champion.map { .init(version: 1, smape: $0) },
            baseline: baseline, policy: policy)
    }

    @Test func `the first version is promoted by itself, even where approval is manual`() {
        #expect(decide(40, nil).reason == .firstVersion)
        #expect(decide(40, nil) { $0.approval = .manual }.isPromoted)
    }

    @Test func `the lower error wins and both scores are told`() {
        let promotion = decide(11.1, 12.345)
        #expect(promotion.isPromoted)
        #expect(promotion.reason == .better)
        #expect(promotion.message == "SMAPE 11.10% against the champion's 12.35%: lower")
    }

    @Test func `a tie keeps the champion`() {
        #expect(decide(12, 12).reason == .notBetter)
        #expect(decide(12, 12).message.contains("tie"))
    }

    @Test func `a higher error is refused`() {
        #expect(!decide(13, 12).isPromoted)
    }

    @Test(arguments: [(9.0, true), (9.01, false), (8.5, true)])
    func `the minimum improvement is in percent of the champion's error`(smape: Double, isPromoted: Bool) {
        #expect(decide(smape, 10) { $0.minimumImprovement = 10 }.isPromoted == isPromoted)
    }

    @Test(arguments: [Double.nan, .infinity])
    func `what is not finite never promotes`(smape: Double) {
        #expect(decide(smape, 150).reason == .notFinite)
        #expect(!decide(smape, nil).isPromoted)
        #expect(!decide(smape, .nan).isPromoted)
    }

    @Test func `a champion that cannot be scored any more gives way`() {
        #expect(decide(50, .nan).reason == .championNotFinite)
        #expect(decide(50, .nan).isPromoted)
    }

    @Test func `a pin holds against a better challenger`() {
        #expect(!decide(1, 50) { $0.pinnedVersion = 1 }.isPromoted)
        #expect(decide(1, 50) { $0.pinnedVersion = 2 }.isPromoted)
        #expect(decide(1, 50) { $0.pinnedVersion = 7 }.reason == .pinned)
    }

    @Test func `manual approval holds a winner and says what to do`() {
        let promotion = decide(10, 12) { $0.approval = .manual }
        #expect(!promotion.isPromoted)
        #expect(promotion.reason == .awaitingApproval)
        #expect(promotion.message.contains("promotion.approvedVersion"))
    }

    @Test func `worse than seasonal naive serves but does not scale`() {
        #expect(decide(40, nil, baseline: 30).isPromoted)
        #expect(decide(40, nil, baseline: 30).lowConfidence?.contains("30.00%") == true)
        #expect(decide(30, nil, baseline: 30).lowConfidence == nil)
        #expect(decide(40, nil, baseline: 30) { $0.baseline = .none }.lowConfidence == nil)
    }

    @Test func `confidence is about what serves after the decision`() {
        // The challenger is refused; the champion that goes on serving is better than the baseline.
        #expect(decide(40, 20, baseline: 30).lowConfidence == nil)
        #expect(decide(20, 40, baseline: 30).lowConfidence == nil)
        #expect(decide(39, 40, baseline: 30).lowConfidence != nil)
    }
}
