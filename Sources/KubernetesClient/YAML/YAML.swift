import CLibyaml

/// YAML as kubectl reads and writes it: YAML 1.1 through libyaml, with JSON as the data model.
///
/// Plain scalars mean what `sigs.k8s.io/yaml` takes them for: `yes`, `on` and `y` are true, `0x1F`, `017` and `1_000`
/// are numbers, dates stay strings, keys become strings. Anchors, aliases and merge keys work, and an alias bomb is
/// refused. A key written twice is an error.
public enum YAML {
    /// Reads every document of a text; empty ones are left out.
    public static func parse(_ text: String) throws(YAMLError) -> [JSONValue] { try parse(Array(text.utf8)) }

    /// Reads every document of UTF-8 (or UTF-16 with a mark) bytes; empty ones are left out.
    public static func parse(_ bytes: [UInt8]) throws(YAMLError) -> [JSONValue] {
        try documents(bytes).map(\.value)
    }

    /// Reads every document with the line it begins at, from 1.
    public static func documents(_ bytes: [UInt8]) throws(YAMLError) -> [(value: JSONValue, line: Int)] {
        let result = bytes.withUnsafeBufferPointer { bytes -> Result<[(value: JSONValue, line: Int)], YAMLError> in
            do throws(YAMLError) {
                let parser = try YAMLParser(bytes)
                return .success(try parser.parseStream())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads a text that holds one document; an empty one is `null`.
    public static func parseOne(_ text: String) throws(YAMLError) -> JSONValue {
        let found = try documents(Array(text.utf8))
        guard found.count <= 1 else {
            throw YAMLError(
                code: .manyDocuments,
                message: "expected one document, found \(found.count); split the file at '---'",
                line: found[1].line,
                column: 1
            )
        }
        return found.first?.value ?? .null
    }

    /// Writes one document, in block style, keys in their order.
    public static func write(_ value: JSONValue) -> String { write([value]) }

    /// Writes documents, separated by `---`.
    public static func write(_ values: [JSONValue]) -> String {
        var emitter = YAMLEmitter()
        return emitter.emit(values)
    }
}
