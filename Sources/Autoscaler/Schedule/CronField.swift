/// The values that one field of a cron schedule allows, as a bit set over 0…63.
struct CronField: Sendable, Hashable {
    private(set) var bits: UInt64 = 0
    /// Whether the field was written as `*`, with or without a step: cron's rule for the two day fields asks that.
    let isStar: Bool

    init(
        _ text: String, in range: ClosedRange<Int>, named field: String, names: [String] = [], firstName: Int = 0
    ) throws(CronError) {
        func invalid(_ part: Substring) -> CronError {
            CronError(
                message:
                    "\(field) '\(part)' in '\(text)' is not valid; use \(range.lowerBound)-\(range.upperBound), *, a list, a range or a step"
            )
        }
        func number(_ part: Substring, of whole: Substring) throws(CronError) -> Int {
            if let index = names.firstIndex(of: part.lowercased()) { return index + firstName }
            guard part.allSatisfy(\.isNumber), let value = Int(part), range.contains(value) else {
                throw invalid(whole)
            }
            return value
        }

        isStar = text.hasPrefix("*")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let stepped = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let bounds = stepped[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            var low = range.lowerBound
            var high = range.upperBound
            if stepped[0] != "*" {
                low = try number(bounds[0], of: part)
                // `5/15` means from 5 to the end by 15, `5` means 5 alone.
                high = bounds.count == 2 ? try number(bounds[1], of: part) : stepped.count == 2 ? high : low
            }
            var step = 1
            if stepped.count == 2 {
                guard stepped[1].allSatisfy(\.isNumber), let value = Int(stepped[1]), value > 0 else {
                    throw invalid(part)
                }
                step = value
            }
            guard low <= high else { throw invalid(part) }
            for value in stride(from: low, through: high, by: step) { bits |= 1 << UInt64(value) }
        }
    }

    /// The same field with a value that has two names under one of them: Sunday is 0 and 7.
    func folding(_ value: Int, onto other: Int) -> CronField {
        var folded = self
        if contains(value) {
            folded.bits &= ~(1 << UInt64(value))
            folded.bits |= 1 << UInt64(other)
        }
        return folded
    }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }
}
