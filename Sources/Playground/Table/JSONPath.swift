import KubernetesClient

/// The JSON paths of printer columns: `.a.b`, `['a.b']`, `[0]`, `[*]`, `[?(@.type=="Ready")]`.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case field(String)
        case index(Int)
        case every
        case filter(path: [String], equals: JSONValue)
    }

    private var steps: [Step] = []

    /// Parses a path; nil where it is none that the playground knows.
    init?(_ text: String) {
        var rest = Substring(text.trimmed)
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        if rest.hasPrefix("$") { rest = rest.dropFirst() }
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                var name = ""
                while let character = rest.first, character != ".", character != "[" {
                    if character == "\\" { rest = rest.dropFirst() }
                    if let escaped = rest.first { name.append(escaped) }
                    rest = rest.dropFirst()
                }
                if !name.isEmpty { steps.append(name == "*" ? .every : .field(name)) }
            } else if first == "[", let end = Self.closing(rest) {
                guard let step = Self.bracket(String(rest[rest.index(after: rest.startIndex)..<end])) else {
                    return nil
                }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            } else {
                return nil
            }
        }
    }

    private static func closing(_ text: Substring) -> Substring.Index? {
        var depth = 0
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func bracket(_ text: String) -> Step? {
        if text == "*" { return .every }
        if let index = Int(text) { return .index(index) }
        if text.hasPrefix("'") || text.hasPrefix("\"") { return .field(String(text.dropFirst().dropLast())) }
        guard text.hasPrefix("?("), text.hasSuffix(")") else { return nil }
        let condition = String(text.dropFirst(2).dropLast())
        guard let (left, right) = condition.cut("=="), left.trimmed.hasPrefix("@") else { return nil }
        let path = left.trimmed.dropFirst().split(separator: ".").map(String.init)
        var literal = right.trimmed
        if literal.hasPrefix("'") { literal = "\"" + literal.dropFirst().dropLast() + "\"" }
        guard let value = try? JSONValue(parsing: literal) else { return nil }
        return .filter(path: path, equals: value)
    }

    /// All values at the path.
    func values(in root: JSONValue) -> [JSONValue] {
        var current = [root]
        for step in steps {
            current = current.flatMap { value -> [JSONValue] in
                switch step {
                case .field(let name): return value[key: name].map { [$0] } ?? []
                case .index(let index):
                    guard let array = value.arrayValue else { return [] }
                    let position = index < 0 ? array.count + index : index
                    return array.indices.contains(position) ? [array[position]] : []
                case .every: return value.arrayValue ?? value.objectValue.map { Array($0.values) } ?? []
                case .filter(let path, let expected):
                    let keys = path.map { JSONPathElement.key($0) }
                    return (value.arrayValue ?? []).filter { $0[path: keys] == expected }
                }
            }
        }
        return current
    }
}
