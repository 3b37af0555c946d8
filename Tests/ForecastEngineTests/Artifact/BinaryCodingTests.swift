import Testing

@testable import ForecastEngine

@Suite struct BinaryCodingTests {
    struct Everything: Codable, Equatable {
        var flag = true
        var small: Int8 = -5
        var large = Int.min
        var seed = UInt64.max
        var number = -0.1
        var nothing: Double?
        var something: Double? = 3
        var text = "µ"
        var numbers: [Double] = [1, -.infinity, 5e-300]
        var floats: [Float] = [1, 2.5]
        var nested: [[Double]] = [[], [1]]
        var table: [String: [Int]] = ["b": [2], "a": [1, -1]]
        var step = TimeStep.months(3)
        var name = AlgorithmName.autoARIMA
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        var writer = BinaryWriter()
        writer.write(try BinaryEncoder().encode(value))
        var reader = BinaryReader(writer.bytes[...])
        return try BinaryDecoder().decode(Value.self, from: try reader.readAll())
    }

    @Test func `every kind of value is read back`() throws {
        #expect(try roundTrip(Everything()) == Everything())
    }

    @Test func `NaN keeps its place`() throws {
        let numbers = try roundTrip([1, .nan, 3])
        #expect(numbers[1].isNaN && numbers[2] == 3)
    }

    @Test func `a number of the wrong size is an error`() throws {
        #expect(throws: (any Error).self) { try BinaryDecoder().decode(Int8.self, from: .int(300)) }
        #expect(throws: (any Error).self) { try BinaryDecoder().decode(UInt64.self, from: .int(-1)) }
        #expect(throws: (any Error).self) { try BinaryDecoder().decode(String.self, from: .int(1)) }
    }
}
