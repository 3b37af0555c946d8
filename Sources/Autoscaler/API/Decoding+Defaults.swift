extension KeyedDecodingContainer {
    /// Reads a field over its default: an absent field or a null leaves `value` as it is.
    ///
    /// The types of the API declare their defaults as the initial values of their properties, and nowhere else; the
    /// CRD schemas repeat them, and a test compares the two.
    func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
        if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
    }
}
