import Hummingbird

/// A parameter of a request that says nothing that is known.
struct ParameterError: Error {
    let message: String

    var response: Response { .failure(.badRequest, "InvalidParameter", message) }
}

extension Parameters {
    /// One of several words; nil where the parameter is left out.
    func choice<Choice>(_ name: Substring) throws(ParameterError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let word = self[name] else { return nil }
        guard let choice = Choice(rawValue: String(word)) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ParameterError(message: "\(name) is '\(word)'; these are: \(all)")
        }
        return choice
    }

    /// A whole number within a range; nil where the parameter is left out.
    func whole(_ name: Substring, in range: ClosedRange<Int>) throws(ParameterError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ParameterError(
                message:
                    "\(name) is '\(text)'; give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
