import Foundation
import TestSupport
import Testing

@testable import KubernetesClient

/// Whatever the bytes: a value that is written and read back the same, or a `JSONError` with its place.
@Suite struct JSONFuzzTests {
    private static let mutator = ByteMutator(
        seeds: [
            #"{"kind":"Pod","metadata":{"name":"web-1","labels":{"app":"web"},"managedFields":[{"a":{"f:b":{}}}]}}"#,
            #"[1,-2.5e+3,true,false,null,"é\u00e9\ud83d\ude00\n\\",{"a":[[],{}]}]"#,
            #" { "a" : { "b" : [ 9223372036854775807 , 0.1 , "\t" ] } , "a" : 2 } "#,
            #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"managedFields":0}"#,
        ],
        tokens: [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\u0000", "null", "true", "-", ".",
            "e",
            "E+", "0", " ", "\n", "\"managedFields\":", "\"a\":", "[[[[", "{\"a\":", "\u{7F}", "é", "e\u{301}",
        ],
        bytes: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0x00], [0xF4, 0x90, 0x80, 0x80]]
    )

    @Test func `mangled JSON is read and written back the same, or refused with its place`() async throws {
        let run = FuzzRun("JSON, mangled", count: 2_000)
        let taken = try await run.run { number, random throws in
            let bytes = Self.mutator.input(&random)
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(parsing: bytes)
            } catch {
                #expect(
                    (0...bytes.count).contains(error.offset) && error.line > 0 && error.column > 0, "input \(number)")
                compareWithFoundation(bytes, refusal: error, number)
                return false
            }
            compareWithFoundation(bytes, refusal: nil, number)
            let written = value.serialized()
            #expect(try JSONValue(parsing: written).isIdentical(to: value), "input \(number)")
            #expect(try JSONValue(parsing: value.serialized(.pretty)).isIdentical(to: value), "input \(number)")
            #expect(try JSONValue(parsing: value.serialized(.sortedKeys)) == value, "input \(number)")
            let skipped = try JSONValue(parsing: bytes[...], managedFields: .none)
            #expect(skipped.isIdentical(to: value.without("managedFields")), "input \(number)")
            try checkCut(bytes, value, number, &random)
            return true
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `a random value is written and read back the same to the last bit`() async throws {
        try await FuzzRun("JSON, grown", count: 500).run { number, random throws in
            let value = Grown.value(depth: 5, &random)
            #expect(try JSONValue(parsing: value.serialized()).isIdentical(to: value), "input \(number)")
            #expect(try JSONValue(parsing: value.serialized(.pretty)).isIdentical(to: value), "input \(number)")
            return true
        }
    }

    /// What is cut off is missed: an object without its end is never taken for a whole one.
    private func checkCut(_ bytes: [UInt8], _ value: JSONValue, _ number: Int, _ random: inout FuzzRandom) throws {
        guard value.objectValue != nil, let end = bytes.lastIndex(of: UInt8(ascii: "}")) else { return }
        let length = random.below(end)
        // In the middle of a byte order mark.
        if length < 3, bytes[0] == 0xEF { return }
        do throws(JSONError) {
            _ = try JSONValue(parsing: bytes[..<length])
            Issue.record("input \(number): taken with \(length) of \(bytes.count) bytes")
        } catch {
            // A number that its exponent would have made smaller is too large without it.
            #expect(error.code == .truncated || error.code == .invalidNumber, "input \(number): \(error)")
        }
    }

    /// Foundation's reader takes what ours takes and refuses what ours refuses, but for what is known to differ.
    private func compareWithFoundation(_ bytes: [UInt8], refusal: JSONError?, _ number: Int) {
        // It detects UTF-16 and UTF-32 by zeros and marks; refuses lone surrogates, which Go's reader takes.
        if bytes.prefix(4).contains(where: { $0 == 0 || $0 >= 0xEF }) { return }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("\\ud") || text.contains("\\uD") { return }
        // Numbers that are too large or too small for a double are read in other ways.
        if refusal?.code == .invalidNumber, refusal?.message.hasSuffix("too large") == true { return }
        if text.utf8.split(whereSeparator: { !($0 &- 0x30 < 10 || $0 == 0x2D) }).contains(where: { $0.count > 3 }),
            text.contains(where: { $0 == "e" || $0 == "E" })
        {
            return
        }
        // It takes a comma before the end of an array or object, which is no JSON.
        if let message = refusal?.message, message.hasSuffix("found '}'") || message.hasSuffix("found ']'") { return }
        let taken = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
        #expect(
            taken == (refusal == nil),
            "input \(number): \(refusal.map { "\($0)" } ?? "taken"), \(text.debugDescription)")
    }

    /// Time and memory are in proportion to the input, whatever stands in it.
    @Test(arguments: [
        ("[", JSONError.Code.tooDeep), ("{\"a\":", .tooDeep), ("[{\"a\":", .tooDeep), ("9", .invalidNumber),
        ("0.", .trailingContent), ("\"\\u0000", .trailingContent), ("\\u0000", .unexpectedCharacter), (" ", .truncated),
        ("\"a\",", .trailingContent),
        ("\\", .unexpectedCharacter), ("-", .invalidNumber),
    ])
    func `a quarter of a megabyte of the same is refused at once`(piece: String, code: JSONError.Code) {
        let bytes = Array(repeatElement(Array(piece.utf8), count: (1 << 18) / piece.utf8.count).joined())
        let began = ContinuousClock.now
        #expect { try JSONValue(parsing: bytes) } throws: { ($0 as? JSONError)?.code == code }
        #expect(ContinuousClock.now - began < .seconds(20 * Slowness.factor))
    }

    @Test func `a megabyte of digits, of keys and of elements is read`() throws {
        let fraction = Array("0.".utf8) + [UInt8](repeating: 0x31, count: 1 << 20)
        #expect(try JSONValue(parsing: fraction) == .double(1.0 / 9))
        let keys = "{" + (0..<50_000).map { "\"key \($0)\":0" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: keys).objectValue?.count == 50_000)
        let same = "{" + (0..<50_000).map { _ in "\"key\":0" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: same) == ["key": 0])
        let elements = "[" + [String](repeating: "[]", count: 300_000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: elements).arrayValue?.count == 300_000)
    }
}
