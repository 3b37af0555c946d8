import Testing

@testable import presage

@Suite struct ErrorLineTests {
    struct Sample: Error, CustomStringConvertible { let description: String }

    @Test func `an uncaught error is one line that names the program`() {
        let line = Presage.errorLine(Sample(description: "first thing\n   second thing\n"))
        #expect(line == "presage: error: first thing second thing\n")
    }
}
