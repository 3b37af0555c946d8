import Foundation

/// A Secret.
///
/// Its description holds no value.
public struct Secret: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// The bytes by key; what is not base 64 is left out.
    public var data: [String: [UInt8]] {
        (self["data"]?.stringDictionary ?? [:]).compactMapValues { Data(base64Encoded: $0).map(Array.init) }
    }

    /// The value of a key as text; nil where it is missing or no UTF-8.
    public func text(_ key: String) -> String? { data[key].flatMap { String(validating: $0, as: UTF8.self) } }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name and the keys, never a value.
    public var description: String { "Secret \(key) with \(data.keys.sorted().joined(separator: ", "))" }
    /// The same as ``description``.
    public var debugDescription: String { description }
}
