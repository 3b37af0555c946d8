extension AutoModel {
    var flaw: String? {
        monthEffect?.flaw
            ?? Soundness.first(
                (!members.isEmpty && weights.count == members.count, "Auto has not one weight a member"),
                (weights.allSatisfy { (0...1).contains($0) }, "a weight of Auto is not a share"),
                (Soundness.areNumbers([floor ?? 0, residualDeviation]), "the deviation is not a number"))
    }
}
