import Foundation
public import HTTPTransport

/// A CSV file behind an `http` or `https` address.
public struct CSVURLSource: DataSource {
    /// The address.
    public let url: String
    /// How to read what comes.
    public let reader: CSVReader
    /// How to log in; it never appears in an error.
    public let credentials: HTTPCredentials
    private let client: HTTPClient
    /// The most bytes that are taken, unpacked.
    var maximumBytes = Self.maximumBytes

    /// No history is larger than this: 2 GiB.
    public static let maximumBytes = 2 << 30

    /// Reads `url` with `reader`.
    public init(
        url: String, reader: CSVReader = CSVReader(), credentials: HTTPCredentials = .none,
        tls: TLSConfiguration = TLSConfiguration()
    ) {
        self.url = url
        self.reader = reader
        self.credentials = credentials
        client = HTTPClient(configuration: HTTPClientConfiguration(tls: tls))
    }

    /// Reads the file while it comes.
    public func read() async throws -> History {
        let name = Self.redacted(url)
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw DataError(.requestFailed, "is not an address; it has to begin with http:// or https://", source: name)
        }
        var request = HTTPRequest(url: url)
        request.headers["Accept"] = "text/csv, text/plain;q=0.9, */*;q=0.5"
        request.takesPacked = true
        credentials.authorize(&request)
        request.timeouts = HTTPTimeouts(connect: .seconds(10), idle: .seconds(60))
        // Credentials stay with the host that they were given for.
        request.maximumRedirects = credentials == .none ? 5 : 0
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch let error as HTTPTransportError {
            throw DataError(
                .requestFailed, "cannot be fetched: \(error.message)", source: name, mayPass: error.isTransient)
        }
        guard response.status == 200 else { throw failure(response.status, response.headers) }
        return try await reader.read(name: name, body: response.body, limit: maximumBytes)
    }

    private func failure(_ status: Int, _ headers: HTTPHeaders) -> DataError {
        let name = Self.redacted(url)
        switch status {
        case 300..<400 where credentials != .none:
            // Where it leads may hold a key of its own behind the question mark.
            let place = headers["Location"].map { " to \(Self.redacted($0))" } ?? ""
            return DataError(
                .requestFailed,
                "the server redirects (\(status))\(place), and credentials go to nobody but the server they were given for; "
                    + "give the address that it leads to, or remove auth where the table is open", source: name,
                field: "spec.source.csv.url")
        case 401, 403:
            return DataError(
                .accessDenied,
                "the server refuses access (\(status)); refer to a Secret with credentials that may read it",
                source: name, field: "spec.source.csv.auth")
        case 404, 410:
            return DataError(.notFound, "there is nothing at this address (\(status)); check it", source: name)
        case _ where RetryPolicy.isTransient(status: status):
            return DataError(
                .requestFailed, "the server could not answer (\(status)); try again later", source: name, mayPass: true,
                retryAfter: headers.retryAfter())
        default:
            return DataError(.requestFailed, "the server answered \(status) where 200 was expected", source: name)
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
