import Foundation
import Testing

@testable import KubernetesClient

@Suite struct JSONTests {
    @Test func `values are read as what they are`() throws {
        let value = try JSONValue(parsing: #" {"a":[1,-2,3.5,1e3,true,false,null,"x\u00e9\ud83d\ude00\n"],"b":{}} "#)
        #expect(value["a"]?.arrayValue == [1, -2, 3.5, .double(1000), true, false, .null, "xé😀\n"])
        #expect(value["b"]?.objectValue?.isEmpty == true)
        #expect(value["a", 1]?.intValue == -2)
        #expect(value["a", 9] == nil)
        #expect(value["c", "d"] == nil)
    }

    @Test func `whole numbers beyond 64 bits become doubles`() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .int(.max))
        #expect(try JSONValue(parsing: "-9223372036854775808") == .int(.min))
        #expect(try JSONValue(parsing: "9223372036854775808") == .double(9_223_372_036_854_775_808))
    }

    @Test func `keys keep their order, and order does not matter to equality`() throws {
        let text = #"{"z":1,"a":{"y":2,"b":3},"m":[]}"#
        let value = try JSONValue(parsing: text)
        #expect(value.jsonString() == text)
        let other = try JSONValue(parsing: #"{"m":[],"a":{"b":3,"y":2},"z":1}"#)
        #expect(value == other)
        #expect(value.hashValue == other.hashValue)
        #expect(value.jsonString(.sortedKeys) == #"{"a":{"b":3,"y":2},"m":[],"z":1}"#)
    }

    @Test func `of a repeated key the last value counts`() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).jsonString() == #"{"a":3,"b":2}"#)
    }

    @Test func `large objects are found by hash and shrink again`() {
        var object = JSONObject()
        for index in 0..<1000 { object["key\(index)"] = .int(Int64(index)) }
        #expect((0..<1000).allSatisfy { object["key\($0)"] == .int(Int64($0)) })
        for index in stride(from: 0, to: 1000, by: 2) { object["key\(index)"] = nil }
        #expect(object.count == 500)
        #expect(object["key2"] == nil)
        #expect(object["key999"] == 999)
        #expect(object.first?.key == "key1")
    }

    @Test(arguments: [
        ("{\"a\":1", JSONError.Code.truncated, 6), ("[1,2", .truncated, 4), ("\"abc", .truncated, 4),
        ("tru", .truncated, 0), ("{\"a\" 1}", .unexpectedCharacter, 5), ("[1,]", .unexpectedCharacter, 3),
        ("{,}", .unexpectedCharacter, 1), ("{a:1}", .unexpectedCharacter, 1), ("01", .invalidNumber, 0),
        ("1.", .truncated, 2), ("-x", .invalidNumber, 1), ("1e999", .invalidNumber, 0), ("1 2", .trailingContent, 2),
        ("\"\\x\"", .invalidString, 1), ("\"\\u12g4\"", .invalidString, 5), ("\"a\u{1}\"", .invalidString, 2),
        ("", .truncated, 0), ("NaN", .unexpectedCharacter, 0), ("'a'", .unexpectedCharacter, 0),
    ])
    func `a mistake is named with its place`(text: String, code: JSONError.Code, offset: Int) {
        do {
            let value = try JSONValue(parsing: text)
            Issue.record("read \(value)")
        } catch {
            #expect(error.code == code)
            #expect(error.offset == offset)
        }
    }

    @Test func `a mistake names line and column`() {
        do {
            _ = try JSONValue(parsing: "{\n  \"a\": 1,\n  \"b\": }\n")
            Issue.record("was read")
        } catch {
            #expect(error.line == 3)
            #expect(error.column == 8)
        }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func `nesting beyond the limit is refused, not a crash`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect { try JSONValue(parsing: deep) } throws: { ($0 as? JSONError)?.code == .tooDeep }
        let allowed = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(throws: Never.self) { try JSONValue(parsing: allowed) }
    }

    @Test func `what is written is read back the same`() async throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            await Task.yield()
            #expect(try JSONValue(parsing: value.serialized()) == value)
            #expect(try JSONValue(parsing: value.serialized(.pretty)) == value)
        }
    }

    @Test func `paths set, make and remove`() {
        var value: JSONValue = ["metadata": ["name": "web"]]
        value["spec", "template", "replicas"] = 3
        value["metadata", "labels", "app"] = "web"
        value["list"] = ["a", "b"]
        value["list", 1] = "c"
        value["list", 2] = "d"
        value["list", 0] = nil
        value["list", 7] = "never"
        value["metadata", "name"] = nil
        value["nothing", "there"] = JSONValue?.none
        #expect(
            value == [
                "metadata": ["labels": ["app": "web"]], "spec": ["template": ["replicas": 3]], "list": ["c", "d"],
                "nothing": [:],
            ]
                || value == [
                    "metadata": ["labels": ["app": "web"]], "spec": ["template": ["replicas": 3]], "list": ["c", "d"],
                ]
        )
    }

    struct Sample: Codable, Equatable {
        struct Inner: Codable, Equatable {
            var port: Int32
            var ratio: Double
            var flags: [Bool]
        }
        var name: String
        var inner: Inner?
        var map: [String: Int]
        var date: Date
        var data: Data
        var raw: JSONValue
        var missing: String?
    }

    @Test func `Codable types go through both ways`() throws {
        let sample = Sample(
            name: "n",
            inner: .init(port: 80, ratio: 0.5, flags: [true, false]),
            map: ["a": 1],
            date: Date(timeIntervalSince1970: 1_790_000_000),
            data: Data([1, 2, 3]),
            raw: ["x": [1, .null, "y"]],
            missing: nil
        )
        let json = try JSONValue(encoding: sample)
        #expect(json["date"] == "2026-09-21T14:13:20Z")
        #expect(json["data"] == "AQID")
        #expect(json["missing"] == nil)
        #expect(try json.decode(Sample.self) == sample)
        let foundation = try JSONDecoder().decode(JSONValue.self, from: Data(json.serialized()))
        #expect(foundation == json)
    }

    @Test func `dates are whole seconds, and finer ones are read`() throws {
        struct Dated: Codable, Hashable {
            var date: Date
        }
        let fine = Dated(date: Date(timeIntervalSince1970: 1_790_000_000.987654))
        let json = try JSONValue(encoding: fine)
        #expect(json == ["date": "2026-09-21T14:13:20Z"])
        let old: JSONValue = ["date": "2026-09-21T14:13:20.987654Z"]
        #expect(try old.decode(Dated.self) == json.decode(Dated.self))
    }

    @Test func `a field that does not fit is named by its path`() throws {
        let json: JSONValue = ["name": "n", "inner": ["port": 70_000_000_000, "ratio": 1, "flags": [true, "no"]]]
        struct Only: Decodable {
            var inner: Sample.Inner
        }
        #expect { try json.decode(Only.self) } throws: { error in
            (error as? DecodingError)?.fieldDescription.hasPrefix("inner.port: ") == true
        }
        var fixed = json
        fixed["inner", "port"] = 80
        #expect { try fixed.decode(Only.self) } throws: { error in
            (error as? DecodingError)?.fieldDescription == "inner.flags[1]: expected true or false, found a string"
        }
    }

    @Test func `an enumeration lists what it may be`() throws {
        enum Fruit: String, Decodable, CaseIterable { case apple, pear }
        struct Basket: Decodable {
            var first: Fruit?
            var rest: [Fruit]
        }
        let json: JSONValue = ["first": "apple", "rest": ["pear", "stone"]]
        #expect { try json.decode(Basket.self) } throws: { error in
            (error as? DecodingError)?.fieldDescription == "rest[1]: 'stone' is none of apple, pear"
        }
        let number: JSONValue = ["first": 1, "rest": []]
        #expect { try number.decode(Basket.self) } throws: { error in
            (error as? DecodingError)?.fieldDescription == "first: expected a string, found the number 1"
        }
    }

    @Test func `of managed fields only what is asked for is read`() throws {
        let text = #"""
            {"metadata":{"name":"web","managedFields":[
            {"manager":"kubectl","time":"2026-11-21T09:30:00Z","fieldsV1":{"f:spec":{"k:{\"name\":\"a\"}":[{}, "]"]}}},
            {"manager":"presage","fieldsV1":{"f:spec":{"f:replicas":{}}},"subresource":"status"},
            {"fieldsV1":{"f:data":{}},"manager":"sorted"}]},"spec":{"fieldsV1":1}}
            """#
        func read(_ kept: KeptManagedFields) throws -> JSONValue {
            try JSONValue(parsing: Array(text.utf8)[...], managedFields: kept)
        }
        #expect(try read(.all) == JSONValue(parsing: text))
        let none = try read(.none)
        #expect(none == ["metadata": ["name": "web"], "spec": ["fieldsV1": 1]])
        let own = try read(.of(manager: "presage"))
        let entries = try #require(own["metadata", "managedFields"]?.arrayValue)
        #expect(entries[0] == ["manager": "kubectl", "time": "2026-11-21T09:30:00Z"])
        #expect(entries[1]["fieldsV1", "f:spec", "f:replicas"] == [:])
        #expect(entries[1]["subresource"] == "status")
        // Where the manager is not known yet, nothing is left out.
        #expect(entries[2]["fieldsV1", "f:data"] == [:])
        #expect(own["spec", "fieldsV1"] == 1)
    }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension JSONValue {
    static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .int(.random(in: .min ... .max, using: &generator))
        case 3: return .double(.random(in: -1e6...1e6, using: &generator))
        case 4:
            let scalars = (0..<Int.random(in: 0..<20, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x2000, using: &generator))
            }
            return .string(String(String.UnicodeScalarView(scalars)))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            var object = JSONObject()
            for index in 0..<Int.random(in: 0..<20, using: &generator) {
                object["key \(index)"] = random(depth: depth - 1, using: &generator)
            }
            return .object(object)
        }
    }
}
