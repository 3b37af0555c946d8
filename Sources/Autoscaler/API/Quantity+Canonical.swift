extension Quantity: CustomStringConvertible {
    /// The canonical form: no fraction, and the largest suffix that loses nothing (`1500m`, `1536Mi`, `2`).
    ///
    /// As in Kubernetes, a binary quantity below 1024 or with a fraction is written with decimal suffixes.
    public var description: String {
        if nanos == 0 { return "0" }
        switch format {
        case .binary:
            let units = nanos / Self.nanosPerUnit
            guard nanos % Self.nanosPerUnit == 0, units.magnitude >= 1024 else { return decimalDescription }
            return binaryDescription(units)
        case .decimal:
            return decimalDescription
        case .exponent:
            let (mantissa, power) = thousands
            return power == 0 ? "\(mantissa)" : "\(mantissa)e\(power)"
        }
    }

    private func binaryDescription(_ units: Int128) -> String {
        let suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        var value = units
        var index = 0
        while value % 1024 == 0, index < suffixes.count - 1 {
            value /= 1024
            index += 1
        }
        return "\(value)\(suffixes[index])"
    }

    private var decimalDescription: String {
        let suffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
        let (mantissa, power) = thousands
        return "\(mantissa)\(suffixes[(power + 9) / 3])"
    }

    /// The value as mantissa · 10^power with the largest power that is a multiple of three, at most 18.
    private var thousands: (mantissa: Int128, power: Int) {
        var mantissa = nanos
        var power = -9
        while mantissa % 1000 == 0, power < 18 {
            mantissa /= 1000
            power += 3
        }
        return (mantissa, power)
    }
}

extension Quantity: Codable {
    /// Reads a string or a bare number, as the Kubernetes API does.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        if let string = try? container.decode(String.self) {
            text = string
        } else if let integer = try? container.decode(Int64.self) {
            text = String(integer)
        } else {
            text = "\(try container.decode(Double.self))"
        }
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Writes the canonical form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
