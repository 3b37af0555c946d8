/// The members of a JSON object, in the order of insertion.
///
/// Members lie in one array; beyond a few a hash index is kept, so that look-up stays fast for a ConfigMap with
/// thousands of keys while the usual small object costs one allocation.
public struct JSONObject: Sendable {
    /// One member.
    public typealias Element = (key: String, value: JSONValue)

    /// With at most this many members a scan is faster than hashing.
    private static let scanned = 12

    /// A member as it is stored: arrays of a struct are copied and freed without the runtime's generic code for tuples.
    struct Member: Sendable {
        var key: String
        var value: JSONValue
    }

    private var members: [Member]
    private var index: [String: Int]?

    /// An empty object.
    public init() {
        members = []
        index = nil
    }

    /// The members of `elements`; of a repeated key the last value counts.
    public init(_ elements: some Sequence<Element>) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }

    /// Members as they were read; of a repeated key the last value counts, in the first one's place.
    init(read slice: ArraySlice<Member>) {
        self.init()
        if slice.count <= Self.scanned, !Self.hasRepetition(slice) {
            members = Array(slice)
            return
        }
        members.reserveCapacity(slice.count)
        for member in slice { self[member.key] = member.value }
    }

    private static func hasRepetition(_ slice: ArraySlice<Member>) -> Bool {
        for later in slice.indices.dropFirst() {
            for earlier in slice.startIndex..<later where slice[earlier].key == slice[later].key { return true }
        }
        return false
    }

    /// The members of a dictionary, sorted by key.
    public init(_ dictionary: [String: JSONValue]) {
        self.init(dictionary.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })
    }

    /// The keys in order.
    public var keys: some RandomAccessCollection<String> { members.lazy.map(\.key) }
    /// The values in the order of their keys.
    public var values: some RandomAccessCollection<JSONValue> { members.lazy.map(\.value) }

    /// The position of `key`, or nil.
    public func position(of key: String) -> Int? {
        if let index { return index[key] }
        return members.firstIndex { $0.key == key }
    }

    /// The value for a key, or nil.
    ///
    /// Setting nil removes the member, setting a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        _modify {
            let found = position(of: key)
            var value: JSONValue?
            if let found {
                value = members[found].value
                // Taken out so that a nested change happens in place instead of copying the whole subtree.
                members[found].value = .null
            }
            defer {
                switch (found, value) {
                case (let found?, let value?): members[found].value = value
                case (let found?, nil): remove(at: found)
                case (nil, let value?): append(key, value)
                case (nil, nil): break
                }
            }
            yield &value
        }
    }

    /// Removes the member with `key` and returns its value.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let found = position(of: key) else { return nil }
        let value = members[found].value
        remove(at: found)
        return value
    }

    /// The members with other keys than these.
    func without(_ keys: [String]) -> JSONObject {
        var result = JSONObject()
        result.members = members.filter { !keys.contains($0.key) }
        result.reindex()
        return result
    }

    mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if index != nil {
            index?[key] = members.count - 1
        } else if members.count > Self.scanned {
            reindex()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        if index != nil { reindex() }
    }

    private mutating func reindex() {
        guard members.count > Self.scanned else {
            index = nil
            return
        }
        var built = [String: Int](minimumCapacity: members.count)
        for (position, member) in members.enumerated() { built[member.key] = position }
        index = built
    }
}

extension JSONObject: RandomAccessCollection {
    /// Zero.
    public var startIndex: Int { 0 }
    /// The number of members.
    public var endIndex: Int { members.count }
    /// The member at a position.
    public subscript(position: Int) -> Element { (members[position].key, members[position].value) }
}

extension JSONObject: Hashable {
    /// Whether both hold the same members in any order.
    public static func == (lhs: JSONObject, rhs: JSONObject) -> Bool {
        guard lhs.members.count == rhs.members.count else { return false }
        for (position, member) in lhs.members.enumerated() {
            // Two versions of one object nearly always agree in order.
            let other = rhs.members[position]
            if other.key == member.key {
                if other.value != member.value { return false }
            } else if rhs[member.key] != member.value {
                return false
            }
        }
        return true
    }

    /// Hashes the members without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var mixed = 0
        for member in members {
            var one = Hasher()
            one.combine(member.key)
            one.combine(member.value)
            mixed ^= one.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(mixed)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object literal; of a repeated key the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
