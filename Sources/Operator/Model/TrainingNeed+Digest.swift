import Autoscaler
import Foundation
import KubernetesClient

extension TrainingNeed {
    /// Eight hex digits over everything in the spec that a training depends on.
    static func digest(of model: ForecastModel) throws(SpecError) -> String {
        var spec = TrainingJobSpec(model: model.name, spec: model.spec)
        // Where a pod runs and how long it may take changes no forecast.
        spec.pod = nil
        spec.source?.prometheus?.cache = nil
        spec.backoffLimit = nil
        spec.activeDeadlineSeconds = nil
        spec.ttlSecondsAfterFinished = nil
        spec.parallelism = nil
        spec.toleratedFailures = nil
        // Fields that came later are left out where they change nothing, or every model would train anew at an upgrade.
        if spec.preparation == PreparationSpec() { spec.preparation = nil }
        if spec.origins == 1 { spec.origins = nil }
        return hash(try JSONValue(of: spec, field: "spec").serialized([.sortedKeys]))
    }

    /// Eight hex digits over everything in the spec that a run is made of.
    static func settings(of model: ForecastModel) throws(SpecError) -> String {
        let spec = TrainingJobSpec(model: model.name, spec: model.spec)
        return hash(try JSONValue(of: spec, field: "spec").serialized([.sortedKeys]))
    }

    /// Eight hex digits of a text.
    static func hash(_ text: String) -> String { hash(Array(text.utf8)) }

    private static func hash(_ bytes: [UInt8]) -> String {
        let hash = fnv(bytes)
        let text = String(hash ^ (hash >> 32) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: max(0, 8 - text.count)) + text.suffix(8)
    }

    /// FNV-1a: short, stable across versions of Swift, and nothing here is an adversary.
    static func fnv(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Which try for its spec a run is, from 1; nil where its name is of another kind.
    static func attempt(of name: String, digest: String) -> Int? {
        if name.hasSuffix("-\(digest)") { return 1 }
        guard let range = name.range(of: "-\(digest)-", options: .backwards) else { return nil }
        return Int(name[range.upperBound...])
    }
}
