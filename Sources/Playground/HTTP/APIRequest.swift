import KubernetesClient

/// An HTTP request as the API server reads it.
struct APIRequest: Sendable {
    var method: String
    /// The path and the query as they were sent.
    var target: String
    /// Without the query, percent-decoded.
    var path: String
    var query: [String: String]
    var accept: String
    var contentType: String
    var authorization: String
    var userAgent: String
    var body: [UInt8]

    func flag(_ name: String) -> Bool { query[name] == "true" || query[name] == "1" }

    /// Splits `a=1&b=x%2Cy`.
    static func parseQuery(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let (key, value) = String(pair).cut("=") ?? (String(pair), "")
            result[decode(key)] = decode(value)
        }
        return result
    }

    /// Decodes percent escapes and, in queries, plus signs.
    static func decode(_ text: String, plusIsSpace: Bool = true) -> String {
        var bytes: [UInt8] = []
        var iterator = Array(text.utf8)[...]
        while let byte = iterator.popFirst() {
            if byte == UInt8(ascii: "%"), iterator.count >= 2,
                let value = UInt8(String(decoding: iterator.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                iterator = iterator.dropFirst(2)
            } else if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(UInt8(ascii: " "))
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The body as an object: JSON, or YAML where the content type says so.
    func object() throws(APIError) -> JSONValue {
        if contentType.contains("protobuf") {
            throw .unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json, "
                    + "application/yaml")
        }
        if contentType.contains("yaml") {
            do { return try YAML.parseOne(String(decoding: body, as: UTF8.self)) } catch {
                throw .badRequest("error parsing YAML: \(error)")
            }
        }
        do { return try JSONValue(parsing: body) } catch {
            throw .badRequest("the object provided is unrecognized (must be JSON): \(error)")
        }
    }
}
