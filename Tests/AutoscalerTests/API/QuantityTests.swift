import Autoscaler
import Foundation
import Testing

struct QuantityTests {
    @Test(arguments: [
        ("0", "0"), ("1", "1"), ("1000m", "1"), ("1500m", "1500m"), ("0.5", "500m"), (".5", "500m"), ("5.", "5"),
        ("100u", "100u"), ("1n", "1n"), ("1k", "1k"), ("1000k", "1M"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"),
        ("1536Mi", "1536Mi"), ("1Ki", "1Ki"), ("0.5Ki", "512"), ("1.3Ki", "1331200m"), ("1000Ki", "1000Ki"),
        ("1e3", "1e3"), ("1E3", "1e3"), ("1.5e3", "1500"), ("5e-3", "5e-3"), ("+2", "2"), ("-2", "-2"),
        ("0.1n", "1n"), ("1.0000000001", "1000000001n"), ("9E", "9E"), ("1Ei", "1Ei"), ("007", "7"),
        ("128974848", "128974848"), ("0Mi", "0"), ("12e6", "12e6"),
    ])
    func `every spelling has one canonical form`(text: String, canonical: String) throws {
        #expect(try Quantity(text).description == canonical)
    }

    @Test(arguments: [
        "", " 1", "1 ", "1 Gi", "abc", "1GiB", "1KI", "1K", "--1", "1.2.3", "e3", "1e", "1e3m", "m", ".", "½",
    ])
    func `what is no quantity is refused with the accepted forms`(text: String) {
        let error = #expect(throws: SpecError.self) { try Quantity(text) }
        #expect(error?.code == .invalidQuantity)
        #expect(error?.message.contains("512Mi") == true)
    }

    @Test(arguments: [("1000m", "1"), ("1024Mi", "1Gi"), ("0.25", "250m"), ("1e3", "1k"), ("1G", "1000M")])
    func `quantities are equal when their values are`(left: String, right: String) throws {
        #expect(try Quantity(left) == Quantity(right))
        #expect(try Quantity(left).hashValue == Quantity(right).hashValue)
    }

    @Test func `comparison is exact where doubles are not`() throws {
        #expect(try Quantity("9007199254740993") > Quantity("9007199254740992"))
        #expect(try Quantity("0.100000001") > Quantity("0.1"))
    }

    @Test(arguments: ["100E", "9999999999999999999999", "1e90", "16Ei", "8.5Ei"])
    func `values beyond 2⁶³ − 1 are capped`(text: String) throws {
        #expect(try Quantity(text) == Quantity(Int64.max))
    }

    @Test func `fractions of binary suffixes are exact`() throws {
        #expect(try Quantity("1.1Gi").nanos == 1_181_116_006_400_000_000)
        #expect(try Quantity("0.000000000000000001Ei").nanos == 1_152_921_505)
    }

    @Test(arguments: [
        (0.412, "412m"), (0.4120001, "413m"), (0.8 * 0.515, "412m"), (1.0, "1"), (0, "0"), (-1, "0"), (.nan, "0"),
    ])
    func `cpu is rounded up to millicores`(cores: Double, canonical: String) {
        #expect(Quantity.cpu(roundingUp: cores).description == canonical)
    }

    @Test(arguments: [
        (1_048_576.0, "1Mi"), (1_048_577, "2Mi"), (1, "1Mi"), (1_073_741_824, "1Gi"), (0, "0"), (.infinity, "0"),
    ])
    func `memory is rounded up to mebibytes`(bytes: Double, canonical: String) {
        #expect(Quantity.memory(roundingUp: bytes).description == canonical)
    }

    @Test func `json takes strings and bare numbers and gives canonical strings`() throws {
        let read = try JSONDecoder().decode([Quantity].self, from: Data(#"["1000m", 2, 0.1]"#.utf8))
        #expect(read.map(\.description) == ["1", "2", "100m"])
        #expect(String(decoding: try JSONEncoder().encode(read), as: UTF8.self) == #"["1","2","100m"]"#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Quantity].self, from: Data(#"["2 cores"]"#.utf8))
        }
    }

    @Test func `reading the canonical form gives the same value and form`() throws {
        var generator = SplitMix(state: 7)
        for _ in 0..<5000 {
            let nanos =
                Int128(Int64.random(in: 0...Int64.max, using: &generator))
                >> Int128.random(in: 0...62, using: &generator)
            for format in [Quantity.Format.binary, .decimal, .exponent] {
                let quantity = Quantity(nanos: nanos, format: format)
                let again = try Quantity(quantity.description)
                #expect(again == quantity)
                #expect(again.description == quantity.description)
            }
        }
    }
}

/// A small seeded generator, so that a failing case can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
