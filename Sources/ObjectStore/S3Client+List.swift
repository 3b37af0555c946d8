public import Foundation
import HTTPTransport

/// An object as a listing has it.
public struct S3Object: Sendable, Hashable {
    /// The object's key.
    public var key: String
    /// Its length in bytes.
    public var size: Int
    /// When it was written last, by the store's clock.
    public var modified: Date

    /// Makes an entry.
    public init(key: String, size: Int, modified: Date) {
        self.key = key
        self.size = size
        self.modified = modified
    }
}

/// The objects below a prefix.
public struct S3Listing: Sendable, Hashable {
    /// The objects, in the order of their keys.
    public var objects: [S3Object] = []
    /// The time of the store's own clock, which ``S3Object/modified`` is to be compared with; nil where it does not say.
    public var date: Date?

    /// An empty listing.
    public init() {}
}

extension S3Client {
    /// Lists the objects whose keys begin with `prefix`, page by page.
    ///
    /// - Parameters:
    ///   - prefix: the beginning of the keys; `/` at its end keeps it to one folder.
    ///   - limit: the most objects to list.
    ///   - pageSize: how many a request asks for; stores give 1,000 at most.
    /// - Throws: ``S3Error``, or `CancellationError`.
    public func list(prefix: String, limit: Int = .max, pageSize: Int = 1000) async throws -> S3Listing {
        var listing = S3Listing()
        var token: String?
        repeat {
            // Signed as it stands, so in the order of the names.
            var query = token.map { "continuation-token=\(S3Bucket.encoded($0))&" } ?? ""
            query += "encoding-type=url&list-type=2&max-keys=\(min(pageSize, limit - listing.objects.count))"
            query += "&prefix=\(S3Bucket.encoded(prefix))"
            let response = try await send("GET", "", query: query)
            guard response.status == 200 else { throw try await failure(response, prefix) }
            listing.date = response.headers.date(of: "Date") ?? listing.date
            let page = try Self.page(try await body(of: response))
            listing.objects += page.objects
            token = page.next
        } while token != nil && listing.objects.count < limit
        return listing
    }

    private func body(of response: HTTPResponse) async throws -> String {
        do {
            return String(decoding: try await response.body.collect(upTo: 16 << 20), as: UTF8.self)
        } catch let error as HTTPTransportError {
            throw Self.unreachable(error)
        }
    }

    /// Reads one page of `ListObjectsV2`, without an XML parser: designs/0009-listings-without-xml.md says why, and what it
    /// relies on.
    static func page(_ text: String) throws(S3Error) -> (objects: [S3Object], next: String?) {
        guard text.contains("<ListBucketResult") else {
            throw S3Error(.other, "the store answered a listing with something else; check that endpoint speaks S3")
        }
        // A store that does not say so has not done it, and `+` and `%` are what they are.
        let isEncoded = element("EncodingType", text[...]) == "url"
        var objects: [S3Object] = []
        var rest = text[...]
        while let open = rest.range(of: "<Contents>"), let close = rest.range(of: "</Contents>") {
            let entry = rest[open.upperBound..<close.lowerBound]
            rest = rest[close.upperBound...]
            guard let key = element("Key", entry).map(unescaped).flatMap({ isEncoded ? decoded($0) : $0 }),
                let size = element("Size", entry).flatMap({ Int($0) }),
                let modified = element("LastModified", entry).flatMap(timestamp)
            else { throw S3Error(.other, "the store's listing has an entry without Key, Size and LastModified") }
            objects.append(S3Object(key: key, size: size, modified: modified))
        }
        guard element("IsTruncated", text[...]) == "true" else { return (objects, nil) }
        guard let next = element("NextContinuationToken", text[...]) else {
            throw S3Error(.other, "the store's listing is cut and does not say how it goes on")
        }
        return (objects, unescaped(next))
    }

    private static func element(_ name: String, _ text: Substring) -> String? {
        guard let open = text.range(of: "<\(name)>"),
            let close = text.range(of: "</\(name)>", range: open.upperBound..<text.endIndex)
        else { return nil }
        return String(text[open.upperBound..<close.lowerBound])
    }

    /// A key as `encoding-type=url` writes it: percent-encoded, a space as `+`.
    private static func decoded(_ key: String) -> String? {
        key.replacing("+", with: " ").removingPercentEncoding
    }

    /// Text of an element, with XML's five names and the numbers of characters replaced, each once.
    private static func unescaped(_ text: String) -> String {
        text.replacing(#/&(?:#(?<decimal>[0-9]{1,7})|#x(?<hex>[0-9A-Fa-f]{1,6})|(?<name>[a-z]+));/#) { match in
            let names = ["lt": "<", "gt": ">", "quot": "\"", "apos": "'", "amp": "&"]
            if let name = match.name { return names[String(name)] ?? String(match.0) }
            let number = match.decimal.flatMap { UInt32($0) } ?? match.hex.flatMap { UInt32($0, radix: 16) }
            return number.flatMap(Unicode.Scalar.init).map { String($0) } ?? String(match.0)
        }
    }

    /// `2026-11-21T10:00:00.000Z`; stores differ in whether they write fractions.
    private static func timestamp(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}
