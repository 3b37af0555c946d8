import Autoscaler
import Foundation
import KubernetesClient

/// Sends what ``ResourceApply`` decided, and keeps our part of the ownership small.
struct DeploymentWriter: Sendable {
    let client: KubernetesClient

    /// What came of an apply.
    enum Outcome: Sendable {
        /// Every value stood already.
        case unchanged
        /// The values were written, but for what was left to others.
        case applied(yielded: [FieldConflict])
        /// Nothing could be written, for others own it all.
        case refused([FieldConflict])
    }

    /// Applies the wanted resources.
    ///
    /// - Throws: `KubernetesError`; a 409 without causes means that the Deployment has changed since it was read, and
    ///   the caller reconciles again.
    func apply(
        _ wanted: [ContainerResources], to deployment: JSONValue, conflictPolicy: ScalingSpec.ConflictPolicy
    ) async throws -> Outcome {
        guard let apply = ResourceApply(wanted: wanted, to: deployment) else { return .unchanged }
        do {
            let written = try await send(apply, force: conflictPolicy == .takeOwnership)
            await trimApplied(written)
            return .applied(yielded: [])
        } catch let error as KubernetesError {
            let conflicts = FieldConflict.conflicts(in: error)
            guard !conflicts.isEmpty else { throw error }
            guard let rest = apply.yielding(conflicts) else { return .refused(conflicts) }
            let written = try await send(rest, force: false)
            await trimApplied(written)
            return .applied(yielded: conflicts)
        }
    }

    /// Who keeps an apply from changing anything, found by a dry run; empty where something would be written.
    func obstacles(_ wanted: [ContainerResources], to deployment: JSONValue) async throws -> [FieldConflict] {
        guard let apply = ResourceApply(wanted: wanted, to: deployment) else { return [] }
        do {
            _ = try await send(apply, force: false, dryRun: true)
            return []
        } catch let error as KubernetesError {
            let conflicts = FieldConflict.conflicts(in: error)
            guard !conflicts.isEmpty else { throw error }
            return apply.yielding(conflicts) == nil ? conflicts : []
        }
    }

    /// Gives up every field that we own and leaves the values as they are. Never an empty apply: that would remove them.
    ///
    /// - Returns: whether there was anything to give up.
    @discardableResult
    func release(_ deployment: JSONValue) async throws -> Bool {
        guard FieldOwnership.released(Self.managedFields(of: deployment)) != nil else { return false }
        let whole = try await current(deployment)
        guard let entries = FieldOwnership.released(Self.managedFields(of: whole)) else { return false }
        try await replaceManagedFields(of: whole, with: entries)
        return true
    }

    /// Gives the containers and their names back where we still hold them: a crash between an apply and its trim, or
    /// an identical apply of somebody else's making, leaves them behind. So are numbers, with their values, that the model
    /// leaves alone by now.
    ///
    /// - Returns: whether none is left; where others write without a pause, the caller has to look again, for nothing else may
    ///   wake it.
    func tidy(_ deployment: JSONValue, keeping isKept: (FieldOwnership.Leaf) -> Bool) async throws -> Bool {
        guard FieldOwnership.trimmed(Self.managedFields(of: deployment), keeping: isKept) != nil else { return true }
        return try await trim(try await current(deployment), keeping: isKept)
    }

    /// The object as it is now, with everybody's managed fields: the informer keeps only ours.
    private func current(_ deployment: JSONValue) async throws -> JSONValue {
        try await client.get(
            Deployment.self, deployment["metadata", "name"]?.stringValue ?? "",
            namespace: deployment["metadata", "namespace"]?.stringValue
        ).jsonValue()
    }

    /// Gives the containers and their names back, so that others who apply can rename or remove them.
    ///
    /// The Deployment controller writes right after an apply, so the version in hand is often stale by now.
    ///
    /// - Returns: whether none is left.
    private func trim(
        _ deployment: JSONValue, keeping isKept: (FieldOwnership.Leaf) -> Bool = { _ in true }
    ) async throws -> Bool {
        var deployment = deployment
        for _ in 0..<5 {
            guard let entries = FieldOwnership.trimmed(Self.managedFields(of: deployment), keeping: isKept) else {
                return true
            }
            do {
                try await replaceManagedFields(of: deployment, with: entries)
                return true
            } catch let error as KubernetesError where error.code == .conflict {
                deployment = try await current(deployment)
            }
        }
        return false
    }

    /// Gives back what an apply took, where that can be done now. The apply itself is done, and must not be taken for failed,
    /// or the next change would not wait for its cooldown: the change of the Deployment wakes the reconciler, which tidies up.
    private func trimApplied(_ written: JSONValue) async {
        _ = try? await trim(written)
    }

    private func send(_ apply: ResourceApply, force: Bool, dryRun: Bool = false) async throws -> JSONValue {
        try await client.apply(
            Deployment.self, apply.body, fieldManager: FieldOwnership.manager, force: force,
            options: WriteOptions(dryRun: dryRun)
        ).jsonValue()
    }

    private func replaceManagedFields(of deployment: JSONValue, with entries: [JSONValue]) async throws {
        // The server reads an empty list as "leave them"; one empty entry is how its documentation says to clear them.
        let entries = entries.isEmpty ? [.object([:])] : entries
        let patch: JSONValue = [
            "metadata": [
                "resourceVersion": deployment["metadata", "resourceVersion"] ?? .null, "managedFields": .array(entries),
            ]
        ]
        _ = try await client.patch(
            Deployment.self, deployment["metadata", "name"]?.stringValue ?? "",
            namespace: deployment["metadata", "namespace"]?.stringValue, .merge(patch),
            options: WriteOptions(fieldManager: FieldOwnership.manager))
    }

    private static func managedFields(of deployment: JSONValue) -> [JSONValue] {
        deployment["metadata", "managedFields"]?.arrayValue ?? []
    }
}
