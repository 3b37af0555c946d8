/// Values that are dear to make, the least recently used first to go, each made once for all who ask meanwhile.
///
/// A key says all that its value follows from, so that an entry is never stale: what is different has another key.
actor SharedCache<Key: Hashable & Sendable, Value: Sendable> {
    private struct Entry {
        var value: Value
        var bytes: Int
        var lastUse: Int
    }

    private let mostBytes: Int
    private let keepsNewest: Bool
    private var entries: [Key: Entry] = [:]
    /// What is being made, and for how many.
    private struct Making {
        let task: Task<Value, any Error>
        /// Tells it from another of the same key, later.
        let number: Int
        var askers = 0
    }

    private var making: [Key: Making] = [:]
    private var makings = 0
    /// Counts the uses, so that the later of two has the higher number.
    private var uses = 0
    /// What all entries take.
    private(set) var bytes = 0

    /// What an entry takes beside its value, so that very many small ones are bounded too.
    static var overhead: Int { 4096 }

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - mostBytes: how many bytes are kept, with the ``overhead`` of each.
    ///   - keepsNewest: whether one that is larger than all that may be kept is kept nevertheless, alone, until the next is made.
    init(mostBytes: Int, keepsNewest: Bool) {
        self.mostBytes = mostBytes
        self.keepsNewest = keepsNewest
    }

    /// What is kept under a key; nil where nothing is.
    func kept(_ key: Key) -> Value? {
        guard let known = entries[key] else { return nil }
        uses += 1
        entries[key]?.lastUse = uses
        return known.value
    }

    /// What is kept under a key, or else is made now, with the bytes that it takes; of several who ask at once the first makes it.
    ///
    /// Whoever stops waiting does not end what others wait for; when nobody waits any more, it is cancelled. What cannot be made is not
    /// remembered.
    func value(
        of key: Key, make: @escaping @Sendable @concurrent () async throws -> (value: Value, bytes: Int)
    ) async throws -> Value {
        if let known = kept(key) { return known }
        var shared = making[key] ?? begin(key, make)
        shared.askers += 1
        making[key] = shared
        let (task, number) = (shared.task, shared.number)
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            Task { await leave(key, number) }
        }
    }

    private func begin(
        _ key: Key, _ make: @escaping @Sendable @concurrent () async throws -> (value: Value, bytes: Int)
    ) -> Making {
        makings += 1
        let number = makings
        let task = Task {
            defer { if making[key]?.number == number { making[key] = nil } }
            let made = try await make()
            keep(made.value, bytes: made.bytes, under: key)
            return made.value
        }
        return Making(task: task, number: number)
    }

    private func leave(_ key: Key, _ number: Int) {
        guard var shared = making[key], shared.number == number else { return }
        shared.askers -= 1
        making[key] = shared.askers == 0 ? nil : shared
        if shared.askers == 0 { shared.task.cancel() }
    }

    /// Keeps a value that was made elsewhere.
    func keep(_ value: Value, bytes: Int, under key: Key) {
        drop(key)
        let bytes = bytes + Self.overhead
        guard keepsNewest || bytes <= mostBytes else { return }
        uses += 1
        entries[key] = Entry(value: value, bytes: bytes, lastUse: uses)
        self.bytes += bytes
        while self.bytes > mostBytes, entries.count > 1,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            drop(oldest.key)
        }
    }

    private func drop(_ key: Key) {
        if let old = entries.removeValue(forKey: key) { bytes -= old.bytes }
    }
}
