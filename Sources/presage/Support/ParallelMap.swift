import Synchronization

/// Maps elements on several threads and gives the results in the order of the elements, so that the outcome does not
/// depend on how many threads there are.
///
/// `transform` is plain computation: it neither waits nor throws.
func parallelMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], threads: Int, _ transform: @escaping @Sendable (Element) -> Result
) async -> [Result] {
    guard threads > 1, elements.count > 1 else { return elements.map(transform) }
    // Workers take the next element as they get free: series differ in length, so equal slices would not take equally
    // long.
    let next = NextIndex(count: elements.count)
    return await withTaskGroup(of: [(Int, Result)].self) { group in
        for _ in 0..<min(threads, elements.count) {
            group.addTask {
                var results: [(Int, Result)] = []
                while let index = next.take() { results.append((index, transform(elements[index]))) }
                return results
            }
        }
        var all: [(Int, Result)] = []
        all.reserveCapacity(elements.count)
        for await results in group { all += results }
        all.sort { $0.0 < $1.0 }
        return all.map(\.1)
    }
}

private final class NextIndex: Sendable {
    private let value = Atomic<Int>(0)
    private let count: Int

    init(count: Int) { self.count = count }

    func take() -> Int? {
        let index = value.add(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }
}
