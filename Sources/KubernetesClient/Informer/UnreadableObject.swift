/// An object that an informer has seen and cannot read as its type: one that a newer definition let in, or an older one.
public struct UnreadableObject: Sendable {
    /// The object as it came.
    public let json: JSONValue
    /// The field that cannot be read, and why.
    public let reason: String

    /// The object's name within its kind.
    var key: ObjectKey {
        ObjectKey(
            namespace: json["metadata", "namespace"]?.stringValue, name: json["metadata", "name"]?.stringValue ?? "")
    }

    var version: String? { json["metadata", "resourceVersion"]?.stringValue }
}

/// What a list holds.
struct ListedObjects<Resource: KubernetesResource> {
    var readable: [ObjectKey: Resource] = [:]
    var unreadable: [ObjectKey: UnreadableObject] = [:]

    /// Adds an object, or replaces the one of its name.
    mutating func take(_ object: Reflected<Resource>) {
        switch object {
        case .readable(let resource):
            readable[resource.key] = resource
            unreadable[resource.key] = nil
        case .unreadable(let object):
            unreadable[object.key] = object
            readable[object.key] = nil
        }
    }

    mutating func remove(_ key: ObjectKey) {
        readable[key] = nil
        unreadable[key] = nil
    }
}

/// An object as the API server sent it.
enum Reflected<Resource: KubernetesResource> {
    case readable(Resource)
    case unreadable(UnreadableObject)
}
