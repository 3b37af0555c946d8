import Foundation

/// A ConfigMap: text and bytes by key.
public struct ConfigMap: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// The text by key.
    public var data: [String: String] {
        get { self["data"]?.stringDictionary ?? [:] }
        set { self["data"] = newValue.isEmpty ? nil : .object(JSONObject(newValue.mapValues(JSONValue.string))) }
    }

    /// The bytes by key; what is not base 64 is left out.
    public var binaryData: [String: [UInt8]] {
        get {
            (self["binaryData"]?.stringDictionary ?? [:]).compactMapValues { Data(base64Encoded: $0).map(Array.init) }
        }
        set {
            let encoded = newValue.mapValues { JSONValue.string(Data($0).base64EncodedString()) }
            self["binaryData"] = newValue.isEmpty ? nil : .object(JSONObject(encoded))
        }
    }

    /// Whether the contents may never change again.
    public var immutable: Bool {
        get { self["immutable"]?.boolValue ?? false }
        set { self["immutable"] = newValue ? true : nil }
    }
}
