import Logging

extension KubernetesClient {
    /// Sends a write, and sends it again where another writer came in between and the write asks for no version.
    ///
    /// A 409 of reason `Conflict` says that nothing was done. To a write that carries a `resourceVersion` or a `uid` it says
    /// that its sender has seen something else than there is: it must look anew. To any other it says that the server itself
    /// was overtaken between its reading and its writing (a patch, after five tries of its own), or that it could not count
    /// the object for a quota just then (kubernetes/kubernetes#67761): the same write holds, and is sent again after a
    /// moment, as often as ``Options/conflictRetries`` says. Fields that another manager owns are no such race: only a person
    /// ends that.
    func fetch(_ call: Call, isConditional: Bool) async throws -> JSONValue {
        var attempt = 0
        while true {
            do {
                return try await fetch(call)
            } catch let error as KubernetesError
                where !isConditional && error.isOvertaken && attempt < options.conflictRetries
            {
                attempt += 1
                let wait = Duration.milliseconds(10) * (1 + random())
                logger.debug("overtaken by another write", metadata: ["call": "\(call.what)", "for": "\(wait)"])
                try await time.sleep(for: wait)
            }
        }
    }
}

extension KubernetesError {
    /// Whether the server says that another write came in between: 409 `Conflict`, but not of field managers.
    var isOvertaken: Bool { httpStatus == 409 && status?.reason == "Conflict" && !isFieldManagerConflict }
}

extension JSONValue {
    /// Whether an object, or a patch that is one, asks for a certain version or a certain object of its name.
    var isConditional: Bool {
        ["resourceVersion", "uid"].contains { self["metadata"]?[key: $0]?.stringValue?.isEmpty == false }
    }
}

extension Patch {
    /// Whether the patch asks for a certain version or a certain object of its name.
    var isConditional: Bool {
        guard case .json(let operations) = self else { return value.isConditional }
        return (operations.arrayValue ?? []).contains { operation in
            // Those that set all of the object or its metadata count too.
            ["", "/metadata", "/metadata/resourceVersion", "/metadata/uid"].contains(operation["path"]?.stringValue)
        }
    }
}

extension DeleteOptions {
    /// Whether only a certain version, or a certain object of its name, is to go.
    var isConditional: Bool { uid != nil || resourceVersion != nil }
}
