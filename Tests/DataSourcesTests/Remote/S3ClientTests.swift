import Foundation
import HTTPTransport
import Testing

@testable import ObjectStore

/// What needs no server.
struct S3ClientTests {
    @Test func `an object beyond what one request may write is refused with the limit, before anything is sent`() throws
    {
        let bucket = S3Bucket(name: "b")
        try S3Client.checkSize(5 << 30, "k", in: bucket)
        #expect {
            try S3Client.checkSize(5 << 30 + 1, "shop/forecast.csv", in: bucket)
        } throws: { error in
            let error = error as? S3Error
            return error?.code == .tooLarge && error?.isTransient == false
                && error?.message.contains("5 GiB") == true
                && error?.message.contains("s3://b/shop/forecast.csv") == true
        }
    }

    @Test func `a file is read piece by piece, as the network takes it`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "presage-content-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: file)
        let (body, size) = try S3Client.Content.file(file.path).opened()
        guard case .stream(let length, let chunks) = body else {
            Issue.record("the file is held as a whole")
            return
        }
        #expect(length == bytes.count && size == bytes.count)
        var all: [UInt8] = []
        for try await chunk in chunks {
            #expect(chunk.count <= 1 << 18)
            all += chunk
        }
        #expect(all == bytes)
    }

    @Test func `a page of a listing is read with and without fractions of a second`() throws {
        let page = try S3Client.page(
            """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
            <EncodingType>url</EncodingType>
            <Contents><Key>a%2Fb+c</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><Size>7</Size></Contents>
            <Contents><Key>d</Key><LastModified>2026-11-21T10:00:01Z</LastModified><Size>0</Size></Contents>
            <IsTruncated>true</IsTruncated><NextContinuationToken>1/x&amp;y=</NextContinuationToken></ListBucketResult>
            """)
        #expect(page.objects.map(\.key) == ["a/b c", "d"] && page.objects.map(\.size) == [7, 0])
        #expect(page.objects[1].modified.timeIntervalSince(page.objects[0].modified) == 1)
        #expect(page.next == "1/x&y=")
    }

    private func answer(_ status: Int, _ code: String?, _ headers: HTTPHeaders = [:]) -> S3Error {
        S3Error.answer(
            status: status, body: code.map { "<Error><Code>\($0)</Code></Error>" } ?? "", headers: headers,
            bucket: S3Bucket(name: "b"), key: "k")
    }

    @Test func `a store that is busy is asked again whatever it calls that, and one that refuses is not`() {
        // MinIO's names for it, Ceph's, and a proxy's in front that says nothing.
        for (status, code) in [
            (503, "SlowDownRead"), (503, "XMinioServerNotInitialized"), (429, "TooManyRequests"), (500, "UnknownError"),
            (503, "SlowDown"), (408, nil), (502, nil), (504, nil),
        ] {
            let error = answer(
                status, code,
                ["Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:44 GMT"])
            #expect(error.code == .slowDown && error.isTransient && error.retryAfter == 7, "\(error)")
            #expect(error.message.contains(code ?? "\(status)"), "\(error)")
        }
        for (status, code) in [
            (403, "InvalidObjectState"), (400, "InvalidArgument"), (501, "NotImplemented"), (501, nil),
        ] {
            #expect(!answer(status, code).isTransient, "\(status)")
        }
    }

    @Test func `the region that a bucket is in is told, from the body or the header that S3 gives it in`() {
        let amazon = answer(301, "PermanentRedirect", ["x-amz-bucket-region": "eu-west-1"])
        let bare = answer(307, nil, ["X-Amz-Bucket-Region": "eu-west-1"])
        for error in [amazon, bare] {
            #expect(error.code == .wrongRegion && error.message.contains("than us-east-1, in eu-west-1"), "\(error)")
        }
        #expect(answer(301, nil).message.contains("another region than us-east-1;"))
    }

    private func keys(_ written: [String], encoding: String = "") throws -> [String] {
        let entries = written.map {
            "<Contents><Key>\($0)</Key><LastModified>2026-11-21T10:00:00Z</LastModified><Size>1</Size></Contents>"
        }
        return try S3Client.page("<ListBucketResult>\(encoding)\(entries.joined())</ListBucketResult>").objects.map(
            \.key)
    }

    @Test func `keys are what their writer called them, whatever is in them and however the store writes it`() throws {
        let url = "<EncodingType>url</EncodingType>"
        #expect(
            try keys(
                [
                    "a%26amp%3Bb", "a%2Bb+c", "%3C%2FContents%3E%3CKey%3E", "%C3%BCn%C3%AF%E2%82%AC%F0%9F%9A%80",
                    "100%25",
                    "a%0Ab%00", "a/b", "&amp;",
                ], encoding: url)
                == ["a&amp;b", "a+b c", "</Contents><Key>", "ünï€🚀", "100%", "a\nb\u{0}", "a/b", "&"])
        // A store that does not encode: XML's escapes alone, each once; plus and percent are themselves.
        #expect(
            try keys([
                "a&amp;amp;b", "a+b%20c", "&lt;/Key&gt;", "&#252;&#xE9;&#x1F680;", "&quot;&apos;", "&nbsp;&#xD800;",
            ])
                == ["a&amp;b", "a+b%20c", "</Key>", "üé🚀", "\"'", "&nbsp;&#xD800;"])
        // What cannot be a key is no key, and not a shorter one.
        #expect(throws: S3Error.self) { try keys(["a%FF%FEb"], encoding: url) }
        #expect(throws: S3Error.self) { try keys(["50%"], encoding: url) }
    }

    @Test(arguments: [
        "<html>login</html>", "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    ])
    func `a listing that is none is refused`(text: String) {
        #expect(throws: S3Error.self) { try S3Client.page(text) }
    }
}
