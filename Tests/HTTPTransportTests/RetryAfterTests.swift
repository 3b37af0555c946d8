import Foundation
import HTTPTransport
import Testing

/// What `Retry-After` asks for, in the forms that RFC 9110 has for it.
struct RetryAfterTests {
    private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT", "Sun Nov  6 08:50:07 1994",
    ])
    func `a date is waited for, by the clock of the server that names it`(text: String) {
        let headers: HTTPHeaders = ["Date": date, "Retry-After": text]
        #expect(headers.retryAfter() == 30)
        let undated: HTTPHeaders = ["Retry-After": text]
        #expect(undated.retryAfter(now: Date(timeIntervalSince1970: 784_111_777.5)) == 30)
    }

    @Test func `a date that has passed is no wait, and an odd one asks for nothing`() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:00:00 GMT", 0), ("120", 120), ("0", 0),
            ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400), ("-5", nil), ("1.5", nil), ("soon", nil), ("", nil),
            ("Sun, 36 Nov 1994 08:49:37 GMT", nil), (String(repeating: "9", count: 40), nil),
        ] {
            #expect((["Date": date, "Retry-After": text] as HTTPHeaders).retryAfter() == expected, "\(text)")
        }
        #expect((["Date": date] as HTTPHeaders).retryAfter() == nil)
    }
}
