import Foundation

/// One or several kubeconfig files, merged as kubectl does: of entries with one name the first counts, and so does the
/// first `current-context`.
struct Kubeconfig {
    /// A named entry, with the file it came from.
    struct Entry {
        var value: JSONValue
        var file: String
        var field: String
    }

    var clusters: [String: Entry] = [:]
    var users: [String: Entry] = [:]
    var contexts: [String: Entry] = [:]
    var currentContext: String?
    var files: [String] = []

    /// - Parameter explicit: whether a missing file is an error; in a `KUBECONFIG` list it is passed over.
    static func load(paths: [String], explicit: Bool) throws(KubernetesError) -> Kubeconfig {
        var merged = Kubeconfig()
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path) else {
                let exists = FileManager.default.fileExists(atPath: path)
                if !explicit, !exists { continue }
                throw mistake(
                    "the kubeconfig \(path) \(exists ? "cannot be read; check its permissions" : "does not exist")")
            }
            try merged.merge([UInt8](data), file: path)
        }
        guard !merged.files.isEmpty else {
            throw mistake("none of the files in KUBECONFIG exists: \(paths.joined(separator: ", "))")
        }
        return merged
    }

    mutating func merge(_ bytes: [UInt8], file: String) throws(KubernetesError) {
        let documents: [JSONValue]
        do { documents = try YAML.parse(bytes) } catch {
            throw Self.mistake("\(file) is no YAML: \(error)")
        }
        files.append(file)
        for document in documents {
            guard case .object = document else { throw Self.mistake("\(file): expected a kubeconfig, an object") }
            if let kind = document["kind"]?.stringValue, kind != "Config" {
                throw Self.mistake("\(file): kind is \(kind), a kubeconfig's is Config")
            }
            try Self.collect(document, "clusters", "cluster", file, into: &clusters)
            try Self.collect(document, "users", "user", file, into: &users)
            try Self.collect(document, "contexts", "context", file, into: &contexts)
            if currentContext == nil, let name = document["current-context"]?.stringValue, !name.isEmpty {
                currentContext = name
            }
        }
    }

    private static func collect(
        _ document: JSONValue,
        _ list: String,
        _ member: String,
        _ file: String,
        into entries: inout [String: Entry]
    ) throws(KubernetesError) {
        guard let value = document[key: list], !value.isNull else { return }
        guard let array = value.arrayValue else { throw mistake("\(file): \(list) must be a list") }
        for (index, element) in array.enumerated() {
            guard let name = element["name"]?.stringValue else {
                throw mistake("\(file): \(list)[\(index)].name is missing")
            }
            if entries[name] != nil { continue }
            let content = element[key: member] ?? .null
            guard content.isNull || content.objectValue != nil else {
                throw mistake("\(file): \(list)[\(name)].\(member) must be an object")
            }
            entries[name] = Entry(value: content, file: file, field: "\(list)[\(name)].\(member)")
        }
    }

    static func mistake(_ message: String) -> KubernetesError {
        KubernetesError(code: .configuration, message: message)
    }
}

extension Kubeconfig.Entry {
    /// A string field, or nil where it is missing or empty.
    func string(_ name: String) throws(KubernetesError) -> String? {
        guard let member = value[key: name], !member.isNull else { return nil }
        guard let text = member.stringValue else {
            throw mistake(name, "must be a string, not \(member.kindDescription)")
        }
        return text.isEmpty ? nil : text
    }

    func bool(_ name: String) throws(KubernetesError) -> Bool {
        guard let member = value[key: name], !member.isNull else { return false }
        guard let value = member.boolValue else { throw mistake(name, "must be true or false") }
        return value
    }

    /// The path in a field, relative to the kubeconfig's directory; the file must be readable.
    func path(_ name: String) throws(KubernetesError) -> String? {
        guard let text = try string(name) else { return nil }
        let path =
            text.hasPrefix("/")
            ? text : URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(text).path
        guard FileManager.default.isReadableFile(atPath: path) else { throw mistake(name, "\(path) cannot be read") }
        return path
    }

    /// The bytes in a base 64 field.
    func data(_ name: String) throws(KubernetesError) -> [UInt8]? {
        guard let text = try string(name) else { return nil }
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
            throw mistake(name, "is not base 64")
        }
        return [UInt8](data)
    }

    func mistake(_ name: String, _ what: String) -> KubernetesError {
        Kubeconfig.mistake("\(file): \(field).\(name) \(what)")
    }
}
