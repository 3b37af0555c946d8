/// Objects by key, and the keys by what index functions say of the objects.
struct IndexedObjects<Resource: KubernetesResource>: Sendable {
    private(set) var objects: [ObjectKey: Resource] = [:]
    private var keys: [String: [String: Set<ObjectKey>]] = [:]
    private let indexes: [String: Store<Resource>.IndexFunction]

    init(indexes: [String: Store<Resource>.IndexFunction]) { self.indexes = indexes }

    /// The objects that an index has under a value, in the order of their keys.
    func list(index: String, value: String) -> [Resource] {
        (keys[index]?[value] ?? []).sorted().compactMap { objects[$0] }
    }

    /// Stores an object and returns the one before it.
    @discardableResult
    mutating func set(_ object: Resource, for key: ObjectKey) -> Resource? {
        let old = remove(key)
        objects[key] = object
        for (index, function) in indexes {
            for value in function(object) { keys[index, default: [:]][value, default: []].insert(key) }
        }
        return old
    }

    /// Removes an object and returns it.
    @discardableResult
    mutating func remove(_ key: ObjectKey) -> Resource? {
        guard let old = objects.removeValue(forKey: key) else { return nil }
        for (index, function) in indexes {
            for value in function(old) {
                keys[index]?[value]?.remove(key)
                if keys[index]?[value]?.isEmpty == true { keys[index]?[value] = nil }
            }
        }
        return old
    }
}
