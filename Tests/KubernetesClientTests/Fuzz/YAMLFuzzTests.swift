import Foundation
import TestSupport
import Testing

@testable import KubernetesClient

/// Whatever the bytes: documents that are written and read back the same, or a `YAMLError` with its place.
@Suite struct YAMLFuzzTests {
    private static let mutator = ByteMutator(
        seeds: [
            "apiVersion: v1\nkind: List\nitems:\n- name: a\n  value: |\n    two\n    lines\n- {b: [1, 2.5, 0x1F], c: ~}\n",
            "base: &base {a: 1, b: [x, y]}\none: {<<: *base, b: 2}\ntwo:\n  <<: [*base, {c: 3}]\nthree: *base\n",
            "%YAML 1.1\n---\n? a\n: 'it''s'\n\"b\\n\\u00e9\\x41\": >-\n  folded\n  text\n---\n!!str 1: !!int 7\n...\n",
            "1: a\ntrue: b\n1.5: c\n-0: d\n1e30: e\n.inf: f\n",
        ],
        tokens: [
            ":", ": ", "- ", "? ", "\n", "\n  ", "\n- ", "{", "}", "[", "]", ",", "&a ", "*a", "<<: ", "<<: *a\n",
            "!!int ",
            "!!str ", "!!binary ", "!!float ", "!x ", "|\n", ">\n", "|2-\n ", "'", "\"", "\\", "\\x00", "\\u0085", "#",
            "---\n", "...\n",
            "%TAG ! tag:x,2000:\n", "~", ".inf", ".nan", "0x", "0b1", "1_0", "017", "1e400", "yes", "\t", "é", "\u{85}",
            "\u{2028}",
            "&a [*a]", "&b {a: *a, b: *a}", "a: &a [x,x,x]\n", "[[[[[[", "- - - - ", "{a: {a: ",
        ],
        bytes: [[0xFF], [0xC3], [0xEF, 0xBB, 0xBF], [0x00], [0xFE, 0xFF], [0xFF, 0xFE, 0x41, 0x00]]
    )

    @Test func `mangled YAML is read and written back the same, or refused with its place`() async throws {
        let run = FuzzRun("YAML, mangled", count: 2_000)
        let taken = try await run.run { number, random throws in
            let bytes = Self.mutator.input(&random)
            let values: [JSONValue]
            do throws(YAMLError) { values = try YAML.parse(bytes) } catch {
                #expect(error.line > 0 && error.column > 0 && !error.message.isEmpty, "input \(number)")
                return false
            }
            try checkWritten(values, number)
            return true
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `a random value is written as YAML and read back the same to the last bit`() async throws {
        try await FuzzRun("YAML, grown", count: 500).run { number, random throws in
            let count = 1 + random.below(3)
            try checkWritten((0..<count).map { _ in Grown.value(depth: 4, &random) }, number)
            return true
        }
    }

    private func checkWritten(_ values: [JSONValue], _ number: Int) throws {
        let text = YAML.write(values)
        let again: [JSONValue]
        do throws(YAMLError) { again = try YAML.parse(text) } catch {
            Issue.record("input \(number): \(error) in \(text.debugDescription) of \(values)")
            return
        }
        // An empty document is none.
        let wanted = values.filter { !$0.isNull }
        let same = again.count == wanted.count && zip(again, wanted).allSatisfy { $0.isIdentical(to: $1) }
        #expect(same, "input \(number): \(wanted) became \(again) by \(text.debugDescription)")
    }

    /// The value without what JSON may hold as it is and YAML 1.1 takes for a line's end or wants escaped.
    private static func plain(_ value: JSONValue) -> JSONValue {
        func plain(_ text: String) -> String {
            let kept = text.unicodeScalars.filter { scalar in
                let value = scalar.value
                return (0x20..<0x7F).contains(value)
                    || (value > 0x9F && value & 0xFFFE != 0xFFFE && ![0x2028, 0x2029, 0xFEFF].contains(value))
            }
            return String(String.UnicodeScalarView(kept))
        }
        switch value {
        case .string(let text): return .string(plain(text))
        case .array(let array): return .array(array.map(Self.plain))
        case .object(let object):
            return .object(JSONObject(object.map { (key: plain($0.key), value: Self.plain($0.value)) }))
        default: return value
        }
    }

    @Test func `JSON is YAML`() async throws {
        await FuzzRun("YAML, JSON in it", count: 500).run { number, random in
            let value = Self.plain(Grown.value(depth: 4, &random))
            let bytes = value.serialized()
            if value.isNull { return false }
            let read: [JSONValue]
            do throws(YAMLError) { read = try YAML.parse(bytes) } catch {
                Issue.record("input \(number): \(error) in \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return false
            }
            #expect(read.count == 1 && read[0].isIdentical(to: value), "input \(number): \(value) became \(read)")
            return true
        }
    }

    /// Time and memory are bounded, whatever stands in it.
    @Test(arguments: [
        "[", "{", "- ", "? ", "{a: ", "&a ", "!t ", "*a ", "'", "\"", "[[], ", "%YAML 1.1\n", "---\n", "a: b: ", "#",
        "\n", "{[",
        ": ", ", ", "|\n ", ">\n\n", "\t", "a\n",
    ])
    func `an eighth of a megabyte of the same is read or refused soon`(piece: String) {
        let text = String(repeating: piece, count: (1 << 17) / piece.utf8.count)
        let began = ContinuousClock.now
        do throws(YAMLError) { _ = try YAML.parse(text) } catch { #expect(!error.message.isEmpty) }
        #expect(ContinuousClock.now - began < .seconds(20 * Slowness.factor), "took \(ContinuousClock.now - began)")
    }

    @Test func `alias bombs of every shape are refused, and many anchors are not`() throws {
        // Doubling in lists, in mappings, by merges, and through keys.
        let shapes: [(String, (Int) -> String)] = [
            ("a0: &a0 [x]\n", { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }),
            ("a0: &a0 {x: 1}\n", { "a\($0): &a\($0) {x: *a\($0 - 1), y: *a\($0 - 1)}\n" }),
            ("a0: &a0 {x: 1}\n", { "a\($0): &a\($0) {<<: *a\($0 - 1), y\($0): *a\($0 - 1)}\n" }),
        ]
        for (first, next) in shapes {
            let text = first + (1...64).map(next).joined()
            #expect { try YAML.parse(text) } throws: { ($0 as? YAMLError)?.code == .tooLarge }
        }
        let anchors = (0..<20_000).map { "a\($0): &a\($0) x\nb\($0): *a\($0)\n" }.joined()
        #expect(try YAML.parseOne(anchors).objectValue?.count == 40_000)
    }
}
