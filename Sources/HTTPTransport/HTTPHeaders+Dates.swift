import CLibcurl
public import Foundation

extension HTTPHeaders {
    /// The date that a field holds, in any of the three forms of RFC 9110 (5.6.7); nil where it holds none.
    public func date(of name: String) -> Date? {
        guard let text = self[name] else { return nil }
        let seconds = curl_getdate(text, nil)
        return seconds == -1 ? nil : Date(timeIntervalSince1970: Double(seconds))
    }

    /// How many seconds the server asks to be left alone (RFC 9110, 10.2.3), 0 where the time that it names has passed; nil
    /// where it does not ask.
    ///
    /// A date is compared with the answer's own `Date`, so that it does not matter whether the clock here is right.
    ///
    /// - Parameter now: what stands in for a `Date` that is missing.
    public func retryAfter(now: Date = Date()) -> Int? {
        guard let text = self["Retry-After"] else { return nil }
        if text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) { return Int(text) }
        guard let until = date(of: "Retry-After") else { return nil }
        return max(0, Int(until.timeIntervalSince(date(of: "Date") ?? now).rounded(.up)))
    }
}
