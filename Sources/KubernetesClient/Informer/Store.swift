import Threading

/// The objects that an informer knows, as they last were; safe to read from anywhere.
public final class Store<Resource: KubernetesResource>: Sendable {
    /// A function from an object to the values under which an index finds it.
    public typealias IndexFunction = @Sendable (Resource) -> [String]

    /// A function from an object that cannot be read to what is known of it nevertheless; nil where that is nothing.
    public typealias OutlineFunction = @Sendable (UnreadableObject) -> Resource?

    private struct State: Sendable {
        var readable: IndexedObjects<Resource>
        var outlines: IndexedObjects<Resource>
        var unreadable: [ObjectKey: UnreadableObject] = [:]
    }

    private let outline: OutlineFunction
    private let state: Locked<State>

    /// An empty store.
    ///
    /// - Parameters:
    ///   - indexes: By name.
    ///   - outline: What is indexed of an object that cannot be read.
    public init(indexes: [String: IndexFunction] = [:], outline: @escaping OutlineFunction = { _ in nil }) {
        self.outline = outline
        state = Locked(State(readable: IndexedObjects(indexes: indexes), outlines: IndexedObjects(indexes: indexes)))
    }

    /// The number of objects.
    public var count: Int { state.withLock { $0.readable.objects.count } }

    /// Every object, in no order.
    public var all: [Resource] { state.withLock { Array($0.readable.objects.values) } }

    /// Every key, in no order.
    public var keys: [ObjectKey] { state.withLock { Array($0.readable.objects.keys) } }

    /// The object with a key, or nil.
    public func get(_ key: ObjectKey) -> Resource? { state.withLock { $0.readable.objects[key] } }

    /// The object with a name, or nil.
    public func get(namespace: String?, name: String) -> Resource? { get(ObjectKey(namespace: namespace, name: name)) }

    /// The objects of a namespace, in no order.
    public func list(namespace: String) -> [Resource] {
        state.withLock { state in state.readable.objects.values.filter { $0.metadata.namespace == namespace } }
    }

    /// The objects that an index has under a value, in the order of their keys.
    public func list(index: String, value: String) -> [Resource] {
        state.withLock { $0.readable.list(index: index, value: value) }
    }

    /// The outlines of objects that cannot be read which an index has under a value, in the order of their keys.
    public func outlines(index: String, value: String) -> [Resource] {
        state.withLock { $0.outlines.list(index: index, value: value) }
    }

    /// The objects that are there and cannot be read, by key; none of them is among the others.
    public var unreadable: [ObjectKey: UnreadableObject] { state.withLock { $0.unreadable } }

    /// The object with a key, where it is there and cannot be read.
    public func unreadable(_ key: ObjectKey) -> UnreadableObject? { state.withLock { $0.unreadable[key] } }

    /// Stores an object and returns the one before it.
    @discardableResult
    func set(_ object: Resource) -> Resource? {
        state.withLock { state in
            state.unreadable[object.key] = nil
            state.outlines.remove(object.key)
            return state.readable.set(object, for: object.key)
        }
    }

    /// Puts an object that cannot be read in the place of what was known of it, and returns that.
    func set(_ unreadable: UnreadableObject) -> Resource? {
        let (key, outline) = (unreadable.key, outline(unreadable))
        return state.withLock { state in
            state.unreadable[key] = unreadable
            if let outline { state.outlines.set(outline, for: key) } else { state.outlines.remove(key) }
            return state.readable.remove(key)
        }
    }

    /// Removes an object and returns it.
    @discardableResult
    func remove(_ key: ObjectKey) -> Resource? {
        state.withLock { state in
            state.unreadable[key] = nil
            state.outlines.remove(key)
            return state.readable.remove(key)
        }
    }
}
