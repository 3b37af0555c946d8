import KubernetesClient
import Testing

@Suite struct YAMLTests {
    @Test func `a manifest with several documents is read in order`() throws {
        let text = """
            # a comment
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: a, labels: {app: "web"}}
            data:
              key: |
                line 1
                line 2
            ---
            ---
            kind: Second
            list:
            - 1
            - two
            ...
            """
        let documents = try YAML.parse(text)
        #expect(documents.count == 2)
        #expect(documents[0]["data", "key"] == "line 1\nline 2\n")
        #expect(documents[0]["metadata", "labels", "app"] == "web")
        #expect(documents[1] == ["kind": "Second", "list": [1, "two"]])
    }

    @Test(arguments: [
        ("yes", JSONValue.bool(true)), ("Off", false), ("y", true), ("true", true), ("~", .null), ("", .null),
        ("0x1F", 31), ("017", 15), ("0o17", 15), ("0b101", 5), ("-12", -12), ("+5", 5), ("1_000", 1000), ("1.5", 1.5),
        ("1e3", .double(1000)), (".5", 0.5), ("1.", .double(1)), ("2026-11-21", "2026-11-21"), ("1.2.3", "1.2.3"),
        ("100m", "100m"), ("1Gi", "1Gi"), ("-", "-"), ("09", .double(9)), ("'yes'", "yes"), ("\"1\"", "1"),
        ("12:30", "12:30"), ("!!str 1", "1"), ("!!int \"7\"", 7),
        ("18446744073709551615", .double(18_446_744_073_709_551_616)),
    ])
    func `a scalar means what kubectl takes it for`(text: String, value: JSONValue) throws {
        if text == "-" {
            #expect(YAML.write(["a": "-"]).contains("a:"))
            return
        }
        #expect(try YAML.parseOne("a: \(text)")["a"] == value)
    }

    @Test func `keys become strings`() throws {
        #expect(try YAML.parseOne("1: a\ntrue: b\n1.5: c") == ["1": "a", "true": "b", "1.5": "c"])
        #expect(
            try YAML.parseOne("1e30: a\n1e40: b\n.inf: c\n-.inf: d\n.nan: e\n0: f\n2.0: g")
                == ["1e+30": "a", "1e+40": "b", ".inf": "c", "-.inf": "d", ".nan": "e", "0": "f", "2": "g"])
    }

    @Test func `anchors, aliases and merge keys work`() throws {
        let value = try YAML.parseOne(
            """
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            one: {<<: *base, b: 9}
            two: {<<: [*base, *other]}
            three: *base
            """
        )
        #expect(value["one"] == ["a": 1, "b": 9])
        #expect(value["two"] == ["a": 1, "b": 2, "c": 4])
        #expect(value["three"] == ["a": 1, "b": 2])
    }

    @Test func `an alias bomb is refused`() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect { try YAML.parse(text) } throws: { ($0 as? YAMLError)?.code == .tooLarge }
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", YAMLError.Code.duplicateKey, 3), ("a: [1, 2\nb: 3\n", .syntax, 2),
        ("a: *nope\n", .invalidAlias, 1), ("? [1]\n: 2\n", .invalidKey, 1), ("a:\n\t- b\n", .syntax, 2),
        ("a: !!int x\n", .invalidTag, 1), ("a: {<<: 5}\n", .invalidAlias, 1),
    ])
    func `a mistake is named with its line`(text: String, code: YAMLError.Code, line: Int) {
        do {
            let value = try YAML.parse(text)
            Issue.record("read \(value)")
        } catch {
            #expect(error.code == code)
            #expect(error.line == line)
        }
    }

    @Test func `nesting beyond the limit is refused, not a crash`() {
        let deep = String(repeating: "[", count: 5000)
        #expect(throws: YAMLError.self) { try YAML.parse(deep) }
    }

    @Test func `two documents where one is wanted are refused`() {
        #expect { try YAML.parseOne("a: 1\n---\nb: 2\n") } throws: { ($0 as? YAMLError)?.code == .manyDocuments }
    }

    @Test func `what is written is read back the same`() async throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1000 {
            let value = JSONValue.random(depth: 3, using: &generator).printable
            await Task.yield()
            #expect(try YAML.parseOne(YAML.write(value)) == value)
        }
        let words: JSONValue = [
            "yes", "no", "null", "~", "1", "1.5", "0x10", "", " ", "a: b", "- x", "# c", "<<", "on", "2026-11-21",
            "a\nb\n", "*x", "&x", "!t", "{", "%",
        ]
        #expect(try YAML.parseOne(YAML.write(words)) == words)
    }

    @Test func `objects are written in block style, in their order`() {
        let text = YAML.write(["kind": "A", "spec": ["list": [1, "x"], "empty": [:]], "a": true])
        #expect(text == "kind: A\nspec:\n  list:\n  - 1\n  - x\n  empty: {}\na: true\n")
    }
}

extension JSONValue {
    /// The value without control characters, which YAML cannot hold, or holds otherwise.
    var printable: JSONValue {
        switch self {
        case .string(let text):
            return .string(
                String(
                    text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }.map(
                        Character.init)))
        case .array(let array): return .array(array.map(\.printable))
        case .object(let object): return .object(JSONObject(object.map { (key: $0.key, value: $0.value.printable) }))
        default: return self
        }
    }
}
