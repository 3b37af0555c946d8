import Foundation

/// A bucket of an S3-compatible store, and how to reach it.
public struct S3Bucket: Sendable, Hashable {
    /// The store's address, `http` or `https`; Amazon's own for the region where nil.
    public var endpoint: String?
    /// The region that requests are signed for.
    public var region: String
    /// The bucket's name.
    public var name: String
    /// Whether the bucket is part of the path (MinIO, Ceph) and not of the host's name.
    public var pathStyle: Bool
    /// Who asks; nil for a bucket that is open to everybody.
    public var credentials: S3Credentials?

    /// Makes a bucket.
    public init(
        name: String, region: String = "us-east-1", endpoint: String? = nil, pathStyle: Bool = false,
        credentials: S3Credentials? = nil
    ) {
        self.name = name
        self.region = region
        self.endpoint = endpoint
        self.pathStyle = pathStyle
        self.credentials = credentials
    }

    /// The object's address, percent-encoded as it is signed: everything but letters, digits, `-._~` and `/`.
    ///
    /// A bucket whose name has a dot goes into the path at Amazon: no certificate covers it as a part of the host.
    public func url(ofObject key: String) -> String {
        var origin =
            endpoint ?? "https://s3.\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")"
        while origin.hasSuffix("/") { origin.removeLast() }
        let path = Self.encoded(key, keeping: "/")
        guard !pathStyle, !(name.contains(".") && origin.hasPrefix("https://")), let scheme = origin.range(of: "://")
        else { return "\(origin)/\(Self.encoded(name))/\(path)" }
        return "\(origin[..<scheme.upperBound])\(name).\(origin[scheme.upperBound...])/\(path)"
    }

    /// The object as people name it, `s3://bucket/key`.
    public func place(ofObject key: String) -> String { "s3://\(name)/\(key)" }

    /// Percent-encodes as RFC 3986 has it, which is what Signature Version 4 signs.
    static func encoded(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(Character(UnicodeScalar(byte)))
            case _ where kept.utf8.contains(byte): result.append(Character(UnicodeScalar(byte)))
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }
}

/// An access key, in memory only: it has no description that shows the secret.
public struct S3Credentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The access key's identifier.
    public var accessKeyID: String
    /// The secret key.
    public var secretAccessKey: String
    /// The token of temporary credentials.
    public var sessionToken: String?

    /// Makes credentials.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// Says nothing.
    public var description: String { "S3Credentials(redacted)" }
    /// Says nothing.
    public var debugDescription: String { description }
}
