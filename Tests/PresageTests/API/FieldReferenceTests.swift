import Foundation
import Testing

/// docs/reference.md is what the definitions say.
struct FieldReferenceTests {
    @Test func `docs/reference.md has every field as it is`() throws {
        let text = try FieldReference.text()
        let file = Repository.root.appendingPathComponent("docs/reference.md")
        if ProcessInfo.processInfo.environment["PRESAGE_WRITE_REFERENCE"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(written == text, "crds/ has changed: run make reference")
    }

    @Test func `fields, lists, defaults, bounds and rules are told`() throws {
        let text = try FieldReference.text()
        for line in [
            "| `horizon` | `Day`, `Week`, `Month`; default `Day` |", "| `source.csv.path` | string |",
            "| `scaling.containers[].name` | string; **required** |", "*Refused: volumeMounts names a volume",
            "#### spec.scaling", "The fields are those of the ForecastModel's `spec.source`.",
        ] {
            #expect(text.contains(line), "\(line)")
        }
    }
}
