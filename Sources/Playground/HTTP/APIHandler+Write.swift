import Foundation
import KubernetesClient

extension APIHandler {
    private func options(_ request: APIRequest) throws(APIError) -> WriteOptions {
        var manager = request.query["fieldManager"] ?? ""
        if manager.isEmpty { manager = request.userAgent.split(separator: "/").first.map(String.init) ?? "unknown" }
        if manager.utf8.count > 128 {
            throw .invalid(
                kind: "CreateOptions", group: "meta.k8s.io", "",
                [.tooLong("fieldManager", limit: 128)])
        }
        var options = WriteOptions(manager: manager, force: request.flag("force"))
        if let dryRun = request.query["dryRun"], !dryRun.isEmpty {
            guard dryRun == "All" else {
                throw .invalid(
                    kind: "CreateOptions", group: "meta.k8s.io", "",
                    [.unsupported("dryRun", .string(dryRun), ["All"])])
            }
            options.isDryRun = true
        }
        if let text = request.query["fieldValidation"], !text.isEmpty {
            guard let validation = WriteOptions.FieldValidation(rawValue: text) else {
                throw .invalid(
                    kind: "CreateOptions", group: "meta.k8s.io", "",
                    [.unsupported("fieldValidation", .string(text), ["Ignore", "Strict", "Warn"])])
            }
            options.fieldValidation = validation
        }
        return options
    }

    /// Runs a write and answers with its object and warnings.
    private func write(
        _ path: ResourcePath, _ request: APIRequest,
        _ body: (inout ClusterState) throws(APIError) -> (object: JSONValue, code: Int)
    ) throws(APIError) -> APIResponse {
        let (object, code, warnings) = try cluster.with { state throws(APIError) in
            state.warnings = []
            let (object, code) = try body(&state)
            return (object, code, state.warnings)
        }
        let isScale = path.subresource == "scale"
        var response = APIResponse.json(isScale ? Scale.json(object) : shown(object, path.type, request), code: code)
        response.headers = warnings.map { text in
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return ("Warning", "299 - \"\(escaped)\"")
        }
        return response
    }

    func create(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let options = try options(request)
        let body = try request.object()
        if path.type.namespaced, path.namespace.isEmpty {
            throw .badRequest("an empty namespace may not be set during creation")
        }
        return try write(path, request) { state throws(APIError) in
            (try state.create(path.type, namespace: path.namespace, body, options), 201)
        }
    }

    func replace(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let options = try options(request)
        let body = try request.object()
        return try write(path, request) { state throws(APIError) in
            if path.subresource == "scale" {
                return (try rescaled(path, body, options, &state), 200)
            }
            return (
                try state.update(path.type, path.objectName, subresource: path.subresource, body, options), 200
            )
        }
    }

    private func rescaled(
        _ path: ResourcePath, _ scale: JSONValue, _ options: WriteOptions, _ state: inout ClusterState
    ) throws(APIError) -> JSONValue {
        var object = try state.get(path.type, path.objectName)
        if let revision = scale["metadata", "resourceVersion"], revision.stringValue?.isEmpty == false {
            object["metadata", "resourceVersion"] = revision
        }
        object["spec", "replicas"] = scale["spec", "replicas"] ?? 0
        return try state.update(path.type, path.objectName, subresource: "scale", object, options, as: .patch)
    }

    func patch(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        var options = try options(request)
        let kind = request.contentType.split(separator: ";").first.map { String($0).trimmed } ?? ""
        let patch: PatchBody
        switch kind {
        case "application/json-patch+json": patch = .json(try request.object())
        case "application/merge-patch+json": patch = .merge(try request.object())
        case "application/strategic-merge-patch+json": patch = .strategic(try request.object())
        case "application/apply-patch+yaml":
            guard request.query["fieldManager"]?.isEmpty == false else {
                throw .invalid(
                    kind: "PatchOptions", group: "meta.k8s.io", "",
                    [.required("fieldManager", "is required for apply patch")])
            }
            patch = .apply(try request.object())
        default:
            throw .unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json-patch+json, application/merge-patch+json, "
                    + "application/strategic-merge-patch+json, application/apply-patch+yaml")
        }
        if case .apply = patch {
            // Only an apply can be forced.
        } else if options.force {
            throw .invalid(
                kind: "PatchOptions", group: "meta.k8s.io", "",
                [.forbidden("force", "may not be specified for non-apply patch")])
        } else {
            options.force = false
        }
        if path.subresource == "scale" { return try patchScale(path, patch, options, request) }
        let final = options
        return try write(path, request) { state throws(APIError) in
            let (object, created) = try state.patch(
                path.type, path.objectName, subresource: path.subresource, patch, final)
            return (object, created ? 201 : 200)
        }
    }

    private func patchScale(
        _ path: ResourcePath, _ patch: PatchBody, _ options: WriteOptions, _ request: APIRequest
    ) throws(APIError) -> APIResponse {
        try write(path, request) { state throws(APIError) in
            let scale = Scale.json(try state.get(path.type, path.objectName))
            let patched: JSONValue
            switch patch {
            case .json(let body): patched = try JSONPatch(body).applied(to: scale)
            case .merge(let body), .strategic(let body), .apply(let body): patched = scale.mergePatched(with: body)
            }
            return (try rescaled(path, patched, options, &state), 200)
        }
    }

    private func deleteOptions(_ request: APIRequest) throws(APIError) -> DeleteOptions {
        var options = DeleteOptions()
        let body: JSONValue = request.body.isEmpty ? [:] : try request.object()
        let propagation = body["propagationPolicy"]?.stringValue ?? request.query["propagationPolicy"]
        if let propagation {
            guard let known = DeleteOptions.Propagation(rawValue: propagation) else {
                throw .invalid(
                    kind: "DeleteOptions", group: "meta.k8s.io", "",
                    [
                        .unsupported(
                            "propagationPolicy", .string(propagation), ["Background", "Foreground", "Orphan"])
                    ])
            }
            options.propagation = known
        } else if body["orphanDependents"] == true {
            options.propagation = .orphan
        }
        options.gracePeriodSeconds =
            body["gracePeriodSeconds"]?.intValue ?? request.query["gracePeriodSeconds"].flatMap { Int($0) }
        options.uid = body["preconditions", "uid"]?.stringValue
        options.resourceVersion = body["preconditions", "resourceVersion"]?.stringValue
        options.isDryRun =
            request.query["dryRun"] == "All" || body["dryRun"]?.arrayValue?.contains("All") ?? false
        return options
    }

    func delete(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let options = try deleteOptions(request)
        let (object, isGone) = try cluster.with { state throws(APIError) in
            try state.delete(path.type, path.objectName, options)
        }
        if !isGone || path.type.key == .pods { return .json(object) }
        var details: JSONObject = ["name": .string(path.name)]
        if !path.type.group.isEmpty { details["group"] = .string(path.type.group) }
        details["kind"] = .string(path.type.plural)
        details["uid"] = .string(object.uid)
        return .json([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details),
        ])
    }

    func deleteCollection(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let options = try deleteOptions(request)
        let scope = try scope(path, request)
        let objects = try cluster.with { state throws(APIError) in
            var deleted: [JSONValue] = []
            for object in state.select(scope) {
                deleted.append(try state.delete(path.type, object.objectName, options).object)
            }
            return deleted
        }
        return .json([
            "kind": .string(path.type.listKind), "apiVersion": .string(path.type.apiVersion), "metadata": [:],
            "items": .array(objects),
        ])
    }

    /// `POST serviceaccounts/<name>/token`.
    func token(_ path: ResourcePath) throws(APIError) -> APIResponse {
        let account = try cluster.with { state throws(APIError) in try state.get(path.type, path.objectName) }
        let user = "system:serviceaccount:\(account.namespace):\(account.name)"
        let expiry = APITime.text(cluster.now().addingTimeInterval(3600))
        return .json(
            [
                "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": [:], "spec": [:],
                "status": ["token": .string(tokens.issue(user)), "expirationTimestamp": .string(expiry)],
            ], code: 201)
    }
}
