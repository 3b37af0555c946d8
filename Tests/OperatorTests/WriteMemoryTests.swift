import Autoscaler
import Testing

@testable import KubernetesClient
@testable import Operator

struct WriteMemoryTests {
    private func model(version: String, uid: String = "u") -> ForecastModel {
        ForecastModel(
            metadata: ObjectMeta(name: "web", namespace: "demo", uid: uid, resourceVersion: version),
            spec: ForecastModelSpec(source: SourceSpec()))
    }

    @Test func `what was written counts until the informer has caught up`() {
        let memory = WriteMemory(Store())
        memory.remember(model(version: "10"))
        #expect(memory.newest(model(version: "9")).metadata.resourceVersion == "10")
        #expect(memory.newest(model(version: "10")).metadata.resourceVersion == "10")
        #expect(memory.newest(model(version: "9")).metadata.resourceVersion == "9", "once caught up, it is forgotten")
    }

    @Test func `an object that was made again is not the one that was written`() {
        let memory = WriteMemory(Store())
        memory.remember(model(version: "10"))
        #expect(memory.newest(model(version: "9", uid: "other")).uid == "other")
    }

    @Test func `versions that are no numbers leave the informer's word`() {
        let memory = WriteMemory(Store())
        memory.remember(model(version: "b"))
        #expect(memory.newest(model(version: "a")).metadata.resourceVersion == "a")
    }

    @Test func `nothing is kept of what the informer has seen, whichever was first`() {
        let informed = Store<ForecastModel>()
        let memory = WriteMemory(informed)
        memory.remember(model(version: "10"))
        memory.catchUp(with: model(version: "9"))
        #expect(memory.count == 1)
        memory.catchUp(with: model(version: "10"))
        #expect(memory.count == 0)

        informed.set(model(version: "12"))
        memory.remember(model(version: "12"))
        #expect(memory.count == 0, "the watch was faster than the answer")
        memory.remember(model(version: "13"))
        #expect(memory.count == 1)
    }
}
