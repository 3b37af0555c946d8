/// Writes PromQL.
enum PromQL {
    /// One condition on a label.
    struct Matcher: Hashable {
        var label: String
        var sign: String
        var value: String

        static func equals(_ label: String, _ value: String) -> Matcher {
            Matcher(label: label, sign: "=", value: value)
        }
        static func matches(_ label: String, _ pattern: String) -> Matcher {
            Matcher(label: label, sign: "=~", value: pattern)
        }
        static func matchesNot(_ label: String, _ pattern: String) -> Matcher {
            Matcher(label: label, sign: "!~", value: pattern)
        }
    }

    /// `name{label="value",…}`.
    static func selector(_ metric: String, _ matchers: [Matcher]) -> String {
        let conditions = matchers.map { "\($0.label)\($0.sign)\(quoted($0.value))" }
        return "\(metric){\(conditions.joined(separator: ","))}"
    }

    /// A text in double quotes, with the escapes that PromQL shares with Go.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Names as a regular expression that matches any of them.
    static func anyOf(_ names: [String]) -> String { names.map(PodNames.escaped).joined(separator: "|") }
}
