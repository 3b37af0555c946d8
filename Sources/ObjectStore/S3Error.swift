import Foundation
import HTTPTransport

/// Why an object could not be read or written, with what to do about it; it holds no secret.
public struct S3Error: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The store does not answer, or breaks off.
        case unreachable
        /// There is no such bucket.
        case noSuchBucket
        /// There is no such object.
        case noSuchKey
        /// The credentials, or nobody's, do not allow it.
        case accessDenied
        /// The store does not know the access key, or the token is over.
        case invalidCredentials
        /// The secret key is wrong.
        case signatureMismatch
        /// The clock here is too far from the store's.
        case clockSkew
        /// The bucket is in another region.
        case wrongRegion
        /// The store is busy.
        case slowDown
        /// The object is not the one that was to be replaced.
        case conditionFailed
        /// The object is larger than allowed.
        case tooLarge
        /// Any other answer.
        case other
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String
    /// The HTTP status, where there was an answer.
    public let status: Int?
    /// How many seconds the store asked to be left alone, where it said.
    public let retryAfter: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, status: Int? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    /// The message.
    public var description: String { message }

    /// Whether the failure may pass by itself.
    public var isTransient: Bool { code == .unreachable || code == .slowDown }
}

extension S3Error {
    /// What an answer means, by the code in its body or, where there is none (to `HEAD`), by its status.
    static func answer(
        status: Int, body: String, headers: HTTPHeaders, bucket: S3Bucket, key: String
    ) -> S3Error {
        func element(_ name: String) -> String? {
            guard let open = body.range(of: "<\(name)>"),
                let close = body.range(of: "</\(name)>", range: open.upperBound..<body.endIndex)
            else { return nil }
            return String(body[open.upperBound..<close.lowerBound].prefix(300))
        }
        let name = bucket.name
        let isAnonymous = bucket.credentials == nil
        func error(_ code: Code, _ message: String) -> S3Error {
            S3Error(code, message, status: status, retryAfter: headers.retryAfter())
        }
        func wrongRegion() -> S3Error {
            let region = (element("Region") ?? headers["x-amz-bucket-region"]).map { ", in \($0)" } ?? ""
            return error(
                .wrongRegion, "bucket \"\(name)\" is in another region than \(bucket.region)\(region); set region")
        }
        func changed() -> S3Error {
            error(
                .conditionFailed,
                "object \"\(key)\" in bucket \"\(name)\" was written by somebody else meanwhile; try again")
        }
        // Stores have codes of their own for being busy (SlowDownRead, XMinioServerNotInitialized, …).
        let mayPass = RetryPolicy.isTransient(status: status)
        switch element("Code") {
        case "NoSuchBucket":
            return error(
                .noSuchBucket, "there is no bucket \"\(name)\" (NoSuchBucket); check bucket, endpoint and region")
        case "NoSuchKey", "NoSuchVersion":
            return error(
                .noSuchKey, "bucket \"\(name)\" has no object \"\(key)\" (NoSuchKey); check the key, letter by letter")
        case "InvalidAccessKeyId":
            return error(
                .invalidCredentials,
                "the store does not know the access key (InvalidAccessKeyId); check accessKeyID in the Secret")
        case "InvalidToken", "ExpiredToken", "InvalidClientTokenId":
            return error(
                .invalidCredentials,
                "the session token is wrong or over (\(element("Code") ?? "")); renew the temporary credentials in the "
                    + "Secret, or leave sessionToken out for a permanent key")
        case "SignatureDoesNotMatch":
            return error(
                .signatureMismatch,
                "the signature does not match (SignatureDoesNotMatch); check secretAccessKey in the Secret, which may "
                    + "have lost or gained a character, and that nothing between here and the store rewrites requests")
        case "RequestTimeTooSkewed", "RequestExpired":
            return error(
                .clockSkew,
                "the clock of this node is too far from the store's\(headers["Date"].map { ", which says \($0)" } ?? "") "
                    + "(RequestTimeTooSkewed); synchronize it (NTP)")
        case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            return wrongRegion()
        case "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout":
            return error(.slowDown, "the store is busy (\(element("Code") ?? "\(status)")); try again later")
        case "PreconditionFailed", "ConditionalRequestConflict": return changed()
        case "AccessDenied", "AllAccessDisabled", "AccountProblem":
            return denied(status, isAnonymous, name, key)
        case let code?:
            let words = "\(status) \(code)\(element("Message").map { ": \($0)" } ?? "")"
            return mayPass
                ? error(.slowDown, "the store could not answer (\(words)); try again later")
                : error(.other, "the store answered \(words)")
        case nil: break
        }
        switch status {
        case 301, 307: return wrongRegion()
        case 401, 403: return denied(status, isAnonymous, name, key)
        case 412: return changed()
        case 404:
            return error(.noSuchKey, "there is no object \"\(key)\" in bucket \"\(name)\" (404); check bucket and key")
        case _ where mayPass: return error(.slowDown, "the store could not answer (\(status)); try again later")
        default:
            return error(.other, "the store answered \(status) where 200 was expected; check that endpoint speaks S3")
        }
    }

    private static func denied(_ status: Int, _ isAnonymous: Bool, _ bucket: String, _ key: String) -> S3Error {
        S3Error(
            .accessDenied,
            isAnonymous
                ? "bucket \"\(bucket)\" is not open to everybody (AccessDenied); give credentialsSecret"
                : "the credentials do not allow this for \"\(key)\" in bucket \"\(bucket)\" (AccessDenied); allow "
                    + "s3:GetObject to read and s3:PutObject to write (without s3:ListBucket a missing object is told so too)",
            status: status)
    }
}
