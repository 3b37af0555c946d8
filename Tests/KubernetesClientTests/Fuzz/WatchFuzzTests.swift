import Foundation
import TestSupport
import Testing

@testable import KubernetesClient

/// However a watch's bytes are cut on their way, the same events come out, and what is no event is a typed error.
@Suite struct WatchFuzzTests {
    private static let mutator = ByteMutator(
        seeds: [
            """
            {"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","resourceVersion":"1"},"spec":{}}}
            {"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"a","resourceVersion":"2","managedFields":[{}]}}}

            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"3","annotations":{"k8s.io/initial-events-end":"true"}}}}
            {"type":"DELETED","object":{"kind":"Pod","metadata":{"name":"a","resourceVersion":"4"}}}
            {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}

            """
        ],
        tokens: [
            "\n", "\n\n", "\r\n", "{", "}", "\"", "\\", "\"type\":\"ADDED\"", "\"type\":\"ODD\"", "\"type\":null",
            "\"object\":[]", "\"resourceVersion\":\"\"", "\"resourceVersion\":7", "\"code\":\"x\"", "\"metadata\":null",
            "\"managedFields\":", "[[[[",
        ],
        bytes: [[0xFF], [0x00], [0xEF, 0xBB, 0xBF]]
    )

    /// What a stream came to: its events, and the error that ended it.
    private func outcome(_ pieces: [[UInt8]], limit: Int, managedFields: KeptManagedFields) -> (
        events: [String], error: KubernetesError?
    ) {
        var reader = WatchReader(what: "watch pods", managedFields: managedFields, limit: limit)
        var events: [String] = []
        do throws(KubernetesError) {
            for piece in pieces {
                reader.append(piece)
                while let event = try reader.next() {
                    events.append("\(event.type) \(event.version) \(event.initialEventsEnd) \(event.object)")
                }
            }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    private func check(_ bytes: [UInt8], _ number: Int, _ random: inout FuzzRandom) -> (
        events: [String], error: KubernetesError?
    ) {
        let limit = random.pick([1 << 20, 1 << 20, 150, 90])
        let managedFields: KeptManagedFields = random.once(in: 2) ? .none : .all
        let whole = outcome([bytes], limit: limit, managedFields: managedFields)
        for pieces in [ByteMutator.cut(bytes, &random), bytes.map { [$0] }] {
            let cut = outcome(pieces, limit: limit, managedFields: managedFields)
            #expect(cut.events == whole.events, "input \(number)")
            #expect(cut.error?.code == whole.error?.code, "input \(number)")
            #expect(cut.error?.message == whole.error?.message, "input \(number)")
        }
        return whole
    }

    @Test func `a mangled stream gives the same however it is cut`() async throws {
        let run = FuzzRun("watch stream, mangled", count: 400)
        let taken = await run.run { number, random in
            let whole = check(Self.mutator.input(&random), number, &random)
            guard let error = whole.error else { return true }
            // The code of an ERROR event is what its Status says.
            #expect(error.code == .malformedResponse || error.status != nil, "input \(number): \(error)")
            #expect(error.message.contains("watch"), "input \(number)")
            return whole.events.count > 1
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `events come out as they were sent, and a last line without its end does not count`() async throws {
        let types = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
        try await FuzzRun("watch stream, grown", count: 300).run { number, random throws in
            var bytes: [UInt8] = []
            var wanted: [(type: String, object: JSONValue)] = []
            for version in 1...(1 + random.below(6)) {
                var object = Grown.value(depth: 3, &random)
                if object.objectValue == nil { object = ["spec": object] }
                object["metadata"] = ["name": "a", "resourceVersion": .string("\(version)")]
                let type = random.pick(types)
                wanted.append((type, object))
                bytes += (["type": .string(type), "object": object] as JSONValue).serialized() + [0x0A]
                if random.once(in: 5) { bytes.append(0x0A) }
            }
            let kept = random.once(in: 2) ? wanted.count : wanted.count - 1
            if kept < wanted.count {
                while bytes.last == 0x0A { bytes.removeLast() }
                bytes.removeLast(random.below(8))
            }
            var reader = WatchReader(what: "watch", managedFields: .all)
            var read = 0
            for piece in ByteMutator.cut(bytes, &random) {
                reader.append(piece)
                while let event = try reader.next() {
                    try #require(read < kept, "input \(number)")
                    #expect("\(event.type)".uppercased() == wanted[read].type, "input \(number)")
                    #expect(event.object.isIdentical(to: wanted[read].object), "input \(number)")
                    read += 1
                }
            }
            #expect(read == kept, "input \(number)")
            return true
        }
    }

    @Test func `a line beyond the limit is refused before it is whole, and memory is given back after a long one`()
        throws
    {
        var reader = WatchReader(what: "watch pods", managedFields: .all, limit: 1_000)
        reader.append([UInt8](repeating: 0x20, count: 600))
        #expect(try reader.next() == nil)
        reader.append([UInt8](repeating: 0x20, count: 600))
        #expect { try reader.next() } throws: { error in
            (error as? KubernetesError)?.code == .malformedResponse && "\(error)".contains("1000 bytes")
        }
    }
}
