import Foundation
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

    @Test func `a page of a listing is read with and without fractions of a second`() throws {
        let page = try S3Client.page(
            """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
            <Contents><Key>a%2Fb+c</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><Size>7</Size></Contents>
            <Contents><Key>d</Key><LastModified>2026-11-21T10:00:01Z</LastModified><Size>0</Size></Contents>
            <IsTruncated>true</IsTruncated><NextContinuationToken>1/x&amp;y=</NextContinuationToken></ListBucketResult>
            """)
        #expect(page.objects.map(\.key) == ["a/b c", "d"] && page.objects.map(\.size) == [7, 0])
        #expect(page.objects[1].modified.timeIntervalSince(page.objects[0].modified) == 1)
        #expect(page.next == "1/x&y=")
    }

    @Test(arguments: [
        "<html>login</html>", "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    ])
    func `a listing that is none is refused`(text: String) {
        #expect(throws: S3Error.self) { try S3Client.page(text) }
    }
}
