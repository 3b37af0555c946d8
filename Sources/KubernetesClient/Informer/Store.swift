import Threading

/// The objects that an informer knows, as they last were; safe to read from anywhere.
public final class Store<Resource: KubernetesResource>: Sendable {
    /// A function from an object to the values under which an index finds it.
    public typealias IndexFunction = @Sendable (Resource) -> [String]

    private struct State: Sendable {
        var objects: [ObjectKey: Resource] = [:]
        var unreadable: [ObjectKey: UnreadableObject] = [:]
        var indexed: [String: [String: Set<ObjectKey>]] = [:]
    }

    private let indexes: [String: IndexFunction]
    private let state = Locked(State())

    /// An empty store.
    ///
    /// - Parameter indexes: By name.
    public init(indexes: [String: IndexFunction] = [:]) { self.indexes = indexes }

    /// The number of objects.
    public var count: Int { state.withLock { $0.objects.count } }

    /// Every object, in no order.
    public var all: [Resource] { state.withLock { Array($0.objects.values) } }

    /// Every key, in no order.
    public var keys: [ObjectKey] { state.withLock { Array($0.objects.keys) } }

    /// The object with a key, or nil.
    public func get(_ key: ObjectKey) -> Resource? { state.withLock { $0.objects[key] } }

    /// The object with a name, or nil.
    public func get(namespace: String?, name: String) -> Resource? { get(ObjectKey(namespace: namespace, name: name)) }

    /// The objects of a namespace, in no order.
    public func list(namespace: String) -> [Resource] {
        state.withLock { state in state.objects.values.filter { $0.metadata.namespace == namespace } }
    }

    /// The objects that an index has under a value, in the order of their keys.
    public func list(index: String, value: String) -> [Resource] {
        state.withLock { state in
            (state.indexed[index]?[value] ?? []).sorted().compactMap { state.objects[$0] }
        }
    }

    /// The objects that are there and cannot be read, by key; none of them is among the others.
    public var unreadable: [ObjectKey: UnreadableObject] { state.withLock { $0.unreadable } }

    /// The object with a key, where it is there and cannot be read.
    public func unreadable(_ key: ObjectKey) -> UnreadableObject? { state.withLock { $0.unreadable[key] } }

    /// Stores an object and returns the one before it.
    @discardableResult
    func set(_ object: Resource) -> Resource? {
        let key = object.key
        return state.withLock { state in
            let old = state.objects.updateValue(object, forKey: key)
            state.unreadable[key] = nil
            for (name, function) in indexes {
                if let old { Self.remove(key, from: &state, name, function(old)) }
                for value in function(object) { state.indexed[name, default: [:]][value, default: []].insert(key) }
            }
            return old
        }
    }

    /// Puts an object that cannot be read in the place of what was known of it, and returns that.
    func set(_ unreadable: UnreadableObject) -> Resource? {
        state.withLock { state in
            state.unreadable[unreadable.key] = unreadable
            return take(unreadable.key, from: &state)
        }
    }

    /// Removes an object and returns it.
    @discardableResult
    func remove(_ key: ObjectKey) -> Resource? {
        state.withLock { state in
            state.unreadable[key] = nil
            return take(key, from: &state)
        }
    }

    private func take(_ key: ObjectKey, from state: inout State) -> Resource? {
        guard let old = state.objects.removeValue(forKey: key) else { return nil }
        for (name, function) in indexes { Self.remove(key, from: &state, name, function(old)) }
        return old
    }

    private static func remove(_ key: ObjectKey, from state: inout State, _ index: String, _ values: [String]) {
        for value in values {
            state.indexed[index]?[value]?.remove(key)
            if state.indexed[index]?[value]?.isEmpty == true { state.indexed[index]?[value] = nil }
        }
    }
}
