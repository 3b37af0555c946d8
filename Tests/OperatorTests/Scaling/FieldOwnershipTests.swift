import KubernetesClient
import Testing

@testable import Operator

struct FieldOwnershipTests {
    private let web: JSONValue = [
        ".": [:], "f:name": [:],
        "f:resources": ["f:limits": ["f:cpu": [:]], "f:requests": ["f:cpu": [:], "f:memory": [:]]],
    ]

    @Test func `our leaves are read, others' are not`() {
        let leaves = FieldOwnership.leaves(in: [
            entry("kubectl", containers: ["proxy": web]), entry("presage", containers: ["web": web]),
            entry("presage", "Update", containers: ["proxy": web]),
        ])
        #expect(
            leaves == [
                .init(container: "web", list: "limits", resource: "cpu"),
                .init(container: "web", list: "requests", resource: "cpu"),
                .init(container: "web", list: "requests", resource: "memory"),
            ])
    }

    @Test func `trimming gives the container and its name back and keeps the leaves`() throws {
        let others = entry("kubectl", containers: ["web": web])
        let trimmed = try #require(FieldOwnership.trimmed([others, entry("presage", containers: ["web": web])]))
        #expect(trimmed[0] == others)
        #expect(
            trimmed[1]
                == entry(
                    "presage",
                    containers: [
                        "web": [
                            "f:resources": ["f:limits": ["f:cpu": [:]], "f:requests": ["f:cpu": [:], "f:memory": [:]]]
                        ]
                    ]))
        #expect(FieldOwnership.trimmed(trimmed) == nil, "trimming again changes nothing")
    }

    @Test func `what is no longer to be ours is given back by itself`() throws {
        let others = entry("kubectl", containers: ["web": web])
        func kept(_ isKept: (FieldOwnership.Leaf) -> Bool) throws -> JSONValue {
            let all = FieldOwnership.trimmed([others, entry("presage", containers: ["web": web])], keeping: isKept)
            let trimmed = try #require(all)
            let again = FieldOwnership.trimmed(trimmed, keeping: isKept)
            #expect(trimmed[0] == others && again == nil)
            return trimmed[1]
        }
        #expect(
            try kept { $0.resource == "memory" }
                == entry("presage", containers: ["web": ["f:resources": ["f:requests": ["f:memory": [:]]]]]))
        #expect(
            try kept { $0.list == "requests" }
                == entry(
                    "presage",
                    containers: ["web": ["f:resources": ["f:requests": ["f:cpu": [:], "f:memory": [:]]]]]))
        #expect(try kept { _ in false } == entry("presage", containers: [:]))
    }

    @Test func `a container of which only the name is ours is given back whole`() throws {
        let trimmed = try #require(
            FieldOwnership.trimmed([entry("presage", containers: ["web": [".": [:], "f:name": [:]]])]))
        #expect(trimmed == [entry("presage", containers: [:])])
    }

    @Test func `a native sidecar's leaves are read, and it is given back, as a container`() throws {
        let ours = entry("presage", list: "initContainers", containers: ["proxy": web])
        #expect(FieldOwnership.leaves(in: [ours]).filter { $0.container == "proxy" }.count == 3)
        let trimmed = try #require(FieldOwnership.trimmed([ours], keeping: { $0.list == "limits" }))
        let left: JSONValue = ["f:resources": ["f:limits": ["f:cpu": [:]]]]
        #expect(trimmed == [entry("presage", list: "initContainers", containers: ["proxy": left])])
    }

    @Test func `releasing removes our entry alone`() {
        let others = entry("kubectl", containers: ["web": web])
        #expect(FieldOwnership.released([others, entry("presage", containers: ["web": web])]) == [others])
        #expect(FieldOwnership.released([others]) == nil)
    }

    @Test func `keys that are no JSON are passed over`() {
        let odd: JSONValue = [
            "manager": "presage", "operation": "Apply",
            "fieldsV1": ["f:spec": ["f:template": ["f:spec": ["f:containers": ["k:{": [:], "v:1": [:]]]]]],
        ]
        #expect(FieldOwnership.leaves(in: [odd]).isEmpty)
    }
}
