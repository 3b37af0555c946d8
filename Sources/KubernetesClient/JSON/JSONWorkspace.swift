/// What one text after the other is read with: the events of a watch share their long keys, and no room is made anew.
final class JSONWorkspace {
    /// One long text must not hold its room for ever.
    private static let longestKept = 4_096

    private var interned: [String?] = []
    private var members: [JSONObject.Member] = []
    private var elements: [JSONValue] = []

    /// Hands out everything, so that the parser changes it in place.
    func take() -> (interned: [String?], members: [JSONObject.Member], elements: [JSONValue]) {
        if interned.isEmpty { interned = Array(repeating: nil, count: 256) }
        defer { (interned, members, elements) = ([], [], []) }
        return (interned, members, elements)
    }

    func give(
        _ interned: consuming [String?], _ members: consuming [JSONObject.Member], _ elements: consuming [JSONValue]
    ) {
        self.interned = interned
        // Where a text was refused, what had been read of it is still there; and else they are empty.
        if members.isEmpty, members.capacity <= Self.longestKept { self.members = members }
        if elements.isEmpty, elements.capacity <= Self.longestKept { self.elements = elements }
    }
}
