public import Foundation

/// A cron schedule in a time zone, read as Kubernetes' CronJob reads it.
///
/// Five fields (minute, hour, day of month, month, day of week), each `*`, a number, a name (`MON`, `JAN`), a range,
/// a list, or any of these with a step (`*/15`, `1-5`, `MON,FRI`); or one of `@hourly`, `@daily`, `@midnight`,
/// `@weekly`, `@monthly`, `@yearly`, `@annually`. Where both day fields are restricted, either may match.
///
/// A local time that daylight saving skips does not run; one that occurs twice runs the first time only.
public struct CronSchedule: Sendable, Hashable {
    /// The schedule as it was written.
    public let expression: String
    /// The time zone that the fields are read in.
    public let timeZone: TimeZone

    let minutes: CronField
    let hours: CronField
    let daysOfMonth: CronField
    let months: CronField
    let daysOfWeek: CronField

    /// Reads a schedule.
    ///
    /// - Parameters:
    ///   - expression: five cron fields or a macro.
    ///   - timeZone: an IANA name such as `Europe/Berlin`; UTC where it is nil.
    /// - Throws: ``CronError`` that names the field and what it may hold.
    public init(_ expression: String, timeZone: String? = nil) throws(CronError) {
        let name = timeZone ?? "Etc/UTC"
        guard let zone = TimeZone(identifier: name) else {
            throw CronError(
                message: "time zone '\(name)' is not known; use an IANA name such as 'Europe/Berlin' or 'Etc/UTC'")
        }
        let trimmed = expression.trimmingCharacters(in: .whitespaces)
        var fields = (Self.macros[trimmed.lowercased()] ?? trimmed).split(whereSeparator: \.isWhitespace).map(
            String.init)
        if trimmed.hasPrefix("@"), Self.macros[trimmed.lowercased()] == nil {
            throw CronError(
                message:
                    "schedule '\(expression)' is not known; the macros are \(Self.macros.keys.sorted().joined(separator: ", "))"
            )
        }
        guard fields.count == 5 else {
            throw CronError(
                message: """
                    schedule '\(expression)' has \(fields.count) fields; it needs five: minute, hour, day of month, \
                    month, day of week (for example '0 3 * * *')
                    """)
        }
        // Kubernetes reads `?` as `*` in the two day fields.
        for index in [2, 4] where fields[index] == "?" { fields[index] = "*" }

        self.expression = expression
        self.timeZone = zone
        minutes = try CronField(fields[0], in: 0...59, named: "minute")
        hours = try CronField(fields[1], in: 0...23, named: "hour")
        daysOfMonth = try CronField(fields[2], in: 1...31, named: "day of month")
        months = try CronField(fields[3], in: 1...12, named: "month", names: Self.monthNames, firstName: 1)
        daysOfWeek = try CronField(fields[4], in: 0...7, named: "day of week", names: Self.dayNames, firstName: 0)
            .folding(7, onto: 0)
    }

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
}

/// Why a schedule could not be read; the message names the field and what it may hold.
public struct CronError: Error, Hashable, CustomStringConvertible {
    /// A sentence for the person who wrote the schedule.
    public let message: String

    /// The message.
    public var description: String { message }
}
