/// A message that says the same as before stays as it was, though it was met after other milliseconds or at another moment:
/// a status that changes wakes who wrote it.
enum SteadyText {
    /// `old` where `new` differs from it in numbers alone, else `new`.
    static func choose(_ new: String, over old: String?) -> String {
        guard let old, new.filter({ !$0.isNumber }) == old.filter({ !$0.isNumber }) else { return new }
        return old
    }
}
