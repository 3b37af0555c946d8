import HTTPTypes
import Hummingbird
import ModelRegistry
import NIOCore

/// What an answer's bytes go by, so that who has them already need not be sent them again (RFC 9110, section 8.8.3).
enum EntityTag {
    static func of(_ bytes: [UInt8]) -> String { "\"\(Digest.sha256(bytes))\"" }

    /// Whether `If-None-Match` names a tag: in a list, as weak, or by `*`.
    static func isNamed(_ tag: String, in header: String) -> Bool {
        header.split(separator: ",").contains { part in
            let named = part.trimmingPrefix { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return named == "*" || (named.hasPrefix("W/") ? named.dropFirst(2) : named) == tag
        }
    }
}

extension Response {
    /// An answer that goes by a tag; nothing but that where the asker has it.
    ///
    /// Who keeps it asks before each use, and no cache between us and one person keeps it for others.
    static func tagged(_ body: ByteBuffer, type: String, tag: String, to request: Request) -> Response {
        let isKnown = request.headers[values: .ifNoneMatch].contains { EntityTag.isNamed(tag, in: $0) }
        var response = Response(
            status: isKnown ? .notModified : .ok,
            headers: [.eTag: tag, .cacheControl: "private, no-cache"],
            body: isKnown ? .init() : .init(byteBuffer: body))
        if !isKnown { response.headers[.contentType] = type }
        return response
    }
}
