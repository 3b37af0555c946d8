import Foundation
import Testing

/// Pages that name tests as proofs name tests that there are.
struct FaultTableTests {
    @Test func `every test that the fault table names exists`() throws {
        let page = String(decoding: try Repository.bytes("docs/training-faults.md"), as: UTF8.self)
        // Between the first and the second mark, the third and the fourth, and so on; names of tests have spaces.
        let parts = page.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        let named = Set(
            parts.filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }.filter { $0.contains(" ") })
        #expect(named.count > 40)
        var existing: Set<String> = []
        let files = FileManager.default.enumerator(
            at: Repository.root.appendingPathComponent("Tests"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            existing.formUnion(text.matches(of: /func `([^`]*)`/).map { String($0.1) })
        }
        #expect(named.subtracting(existing) == [])
    }
}
