import KubernetesClient

extension VersionManifest {
    /// The version of the document that this build writes and reads.
    public static let supportedVersion = "presage.dev/v1alpha1"

    /// Reads a manifest.
    ///
    /// - Parameter name: what the manifest is called, for errors.
    /// - Throws: ``RegistryError`` `invalidManifest`.
    public init(json bytes: [UInt8], name: String) throws(RegistryError) {
        do {
            self = try JSONValue(parsing: bytes).decode(VersionManifest.self)
        } catch {
            throw RegistryError(.invalidManifest, "manifest \(name) cannot be read: \(error)")
        }
        guard apiVersion == Self.supportedVersion else {
            throw RegistryError(
                .invalidManifest,
                "manifest \(name) has apiVersion \(apiVersion) where this build reads \(Self.supportedVersion); use the "
                    + "Presage that wrote it, or train again"
            )
        }
    }

    /// The manifest as JSON, indented for people who look at it in a ConfigMap.
    public func json() throws(RegistryError) -> [UInt8] {
        do {
            return try JSONValue(encoding: self).serialized(.pretty)
        } catch {
            throw RegistryError(.invalidManifest, "the manifest cannot be written: \(error)")
        }
    }
}
