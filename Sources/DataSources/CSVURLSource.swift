import Foundation
public import HTTPTransport

/// A CSV file behind an `http` or `https` address.
public struct CSVURLSource: DataSource {
    /// The address.
    public let url: String
    /// How to read what comes.
    public let reader: CSVReader
    /// Headers to send, such as `Authorization`; they never appear in an error.
    public let headers: [(name: String, value: String)]
    private let client: HTTPClient

    /// No history is larger than this: 2 GiB.
    public static let maximumBytes = 2 << 30

    /// Reads `url` with `reader`.
    public init(
        url: String, reader: CSVReader = CSVReader(), headers: [(name: String, value: String)] = [],
        client: HTTPClient = HTTPClient()
    ) {
        self.url = url
        self.reader = reader
        self.headers = headers
        self.client = client
    }

    /// Reads the file while it comes.
    public func read() async throws -> History {
        let name = Self.redacted(url)
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw DataError(.requestFailed, "is not an address; it has to begin with http:// or https://", source: name)
        }
        var request = HTTPRequest(url: url)
        request.headers["Accept"] = "text/csv, text/plain;q=0.9, */*;q=0.5"
        for header in headers { request.headers[header.name] = header.value }
        request.timeouts = HTTPTimeouts(connect: .seconds(10), idle: .seconds(60))
        // Credentials stay with the host that they were given for.
        request.maximumRedirects = headers.isEmpty ? 5 : 0
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch let error as HTTPTransportError {
            throw DataError(.requestFailed, "cannot be fetched: \(error.message)", source: name)
        }
        guard response.status == 200 else {
            throw DataError(.requestFailed, Self.explanation(response.status), source: name)
        }
        return try await reader.read(name: name, body: response.body, limit: Self.maximumBytes)
    }

    private static func explanation(_ status: Int) -> String {
        switch status {
        case 401, 403: "the server refused access (\(status)); give credentials that may read it"
        case 404, 410: "there is nothing at this address (\(status)); check it"
        case 429, 500...: "the server could not answer (\(status)); try again later"
        default: "the server answered \(status) where 200 was expected"
        }
    }

    /// The address without user, password and query, which may hold secrets.
    static func redacted(_ url: String) -> String {
        let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = withoutQuery.range(of: "://") else { return String(withoutQuery) }
        let rest = withoutQuery[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(withoutQuery) }
        return withoutQuery[..<scheme.upperBound] + String(rest[rest.index(after: at)...])
    }
}
