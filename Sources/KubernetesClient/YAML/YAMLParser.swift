import CLibyaml

/// Builds ``JSONValue``s from libyaml's events.
final class YAMLParser {
    /// How many nodes aliases may unfold to: beyond any manifest, far below an alias bomb.
    private static let maximumNodes = 2_000_000
    private static let maximumDepth = 512

    private var parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: (value: JSONValue, nodes: Int)] = [:]
    private var nodes = 0
    private var depth = 0

    private struct Mark {
        var line: Int
        var column: Int
        init(_ mark: yaml_mark_t) {
            line = Int(mark.line) + 1
            column = Int(mark.column) + 1
        }
    }

    private enum Event {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(String, tag: String?, plain: Bool, anchor: String?)
        case sequenceStart(anchor: String?), sequenceEnd
        case mappingStart(anchor: String?), mappingEnd
    }

    /// - Parameter bytes: must outlive the parser.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(code: .tooLarge, message: "out of memory", line: 1, column: 1)
        }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    func parseStream() throws(YAMLError) -> [(value: JSONValue, line: Int)] {
        var documents: [(value: JSONValue, line: Int)] = []
        while true {
            let (event, mark) = try next()
            switch event {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                let (first, start) = try next()
                if case .documentEnd = first { continue }
                let value = try node(first, start)
                if !value.isNull { documents.append((value, mark.line)) }
            default: continue
            }
        }
    }

    private func node(_ event: Event, _ mark: Mark) throws(YAMLError) -> JSONValue {
        nodes += 1
        try checkSize(mark)
        let before = nodes
        switch event {
        case .alias(let name):
            guard let known = anchors[name] else {
                throw failure(.invalidAlias, "the alias '*\(name)' has no anchor '&\(name)' before it", mark)
            }
            nodes += known.nodes
            try checkSize(mark)
            return known.value
        case .scalar(let text, let tag, let plain, let anchor):
            let value = try scalar(text, tag: tag, plain: plain, mark)
            remember(anchor, value, since: before)
            return value
        case .sequenceStart(let anchor):
            try enter(mark)
            var array: [JSONValue] = []
            while true {
                let (event, mark) = try next()
                if case .sequenceEnd = event { break }
                array.append(try node(event, mark))
            }
            depth -= 1
            remember(anchor, .array(array), since: before)
            return .array(array)
        case .mappingStart(let anchor):
            try enter(mark)
            let value = JSONValue.object(try mapping())
            depth -= 1
            remember(anchor, value, since: before)
            return value
        default: throw failure(.syntax, "expected a value", mark)
        }
    }

    private func mapping() throws(YAMLError) -> JSONObject {
        var object = JSONObject()
        var merged: [JSONObject] = []
        while true {
            let (event, mark) = try next()
            if case .mappingEnd = event { break }
            if case .scalar("<<", nil, true, _) = event {
                let (event, mark) = try next()
                merged += try mergeSources(try node(event, mark), mark)
                continue
            }
            let key = try self.key(try node(event, mark), event, mark)
            if object.position(of: key) != nil {
                throw failure(.duplicateKey, "the key '\(key)' stands twice in one mapping", mark)
            }
            let (valueEvent, valueMark) = try next()
            object[key] = try node(valueEvent, valueMark)
        }
        // What stands in the mapping itself wins; of several merged mappings the first.
        for source in merged {
            for (key, value) in source where object.position(of: key) == nil { object[key] = value }
        }
        return object
    }

    private func mergeSources(_ value: JSONValue, _ mark: Mark) throws(YAMLError) -> [JSONObject] {
        switch value {
        case .object(let object): return [object]
        case .array(let array):
            var result: [JSONObject] = []
            for element in array {
                guard case .object(let object) = element else { break }
                result.append(object)
            }
            if result.count == array.count { return result }
        default: break
        }
        throw failure(.invalidAlias, "'<<' merges mappings only", mark)
    }

    private func key(_ value: JSONValue, _ event: Event, _ mark: Mark) throws(YAMLError) -> String {
        switch value {
        case .string(let text): return text
        case .int, .bool: return value.description
        case .double(let number):
            if let whole = Int64(exactly: number) { return String(whole) }
            return number.isFinite ? value.description : number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf"
        case .null:
            if case .scalar(let text, _, _, _) = event { return text.isEmpty ? "null" : text }
            return "null"
        case .array, .object: throw failure(.invalidKey, "a key must be a string, not \(value.kindDescription)", mark)
        }
    }

    private func scalar(_ text: String, tag: String?, plain: Bool, _ mark: Mark) throws(YAMLError) -> JSONValue {
        let prefix = "tag:yaml.org,2002:"
        guard let tag, tag != "!", tag.hasPrefix(prefix) else {
            return plain && tag == nil ? YAMLScalar.resolve(text) : .string(text)
        }
        let resolved = YAMLScalar.resolve(text)
        switch (tag.dropFirst(prefix.count), resolved) {
        case ("str", _), ("binary", _), ("timestamp", _): return .string(text)
        case ("int", .int), ("bool", .bool), ("null", .null), ("float", .double): return resolved
        case ("float", .int(let value)): return .double(Double(value))
        default:
            throw failure(.invalidTag, "'\(text.prefix(60))' is no !!\(tag.dropFirst(prefix.count))", mark)
        }
    }

    private func remember(_ anchor: String?, _ value: JSONValue, since before: Int) {
        if let anchor { anchors[anchor] = (value, nodes - before + 1) }
    }

    private func enter(_ mark: Mark) throws(YAMLError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw failure(.tooDeep, "lists and mappings are nested more than \(Self.maximumDepth) deep", mark)
        }
    }

    private func checkSize(_ mark: Mark) throws(YAMLError) {
        guard nodes <= Self.maximumNodes else {
            throw failure(.tooLarge, "the document unfolds to more than \(Self.maximumNodes) values", mark)
        }
    }

    private func failure(_ code: YAMLError.Code, _ message: String, _ mark: Mark) -> YAMLError {
        YAMLError(code: code, message: message, line: mark.line, column: mark.column)
    }

    private func next() throws(YAMLError) -> (Event, Mark) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let mark = Mark(event.start_mark)
        let translated: Event? =
            switch event.type {
            case YAML_STREAM_START_EVENT: .streamStart
            case YAML_STREAM_END_EVENT: .streamEnd
            case YAML_DOCUMENT_START_EVENT: .documentStart
            case YAML_DOCUMENT_END_EVENT: .documentEnd
            case YAML_ALIAS_EVENT: .alias(string(event.data.alias.anchor) ?? "")
            case YAML_SCALAR_EVENT:
                .scalar(
                    text(event.data.scalar.value, event.data.scalar.length),
                    tag: string(event.data.scalar.tag),
                    plain: event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
                    anchor: string(event.data.scalar.anchor)
                )
            case YAML_SEQUENCE_START_EVENT: .sequenceStart(anchor: string(event.data.sequence_start.anchor))
            case YAML_SEQUENCE_END_EVENT: .sequenceEnd
            case YAML_MAPPING_START_EVENT: .mappingStart(anchor: string(event.data.mapping_start.anchor))
            case YAML_MAPPING_END_EVENT: .mappingEnd
            default: nil
            }
        guard let translated else { throw failure(.syntax, "unexpected end of the text", mark) }
        return (translated, mark)
    }

    private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?, _ count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    private func syntaxError() -> YAMLError {
        let parser = parser.pointee
        let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
        let context = parser.context.map { " " + String(cString: $0) } ?? ""
        let mark = Mark(parser.problem_mark)
        return YAMLError(code: .syntax, message: problem + context, line: mark.line, column: mark.column)
    }
}
