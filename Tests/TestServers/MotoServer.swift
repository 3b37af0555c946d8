import Foundation

/// An S3 server (moto) on a free port, which checks signatures with botocore's own code; gone after `with`.
public struct MotoServer: Sendable {
    /// The server's address.
    public let endpoint: String
    /// A key that may do everything in S3.
    public let accessKeyID: String
    /// Its secret.
    public let secretAccessKey: String
    /// A key of a user that nothing is allowed.
    public let powerlessKeyID: String
    /// Its secret.
    public let powerlessSecret: String
    /// Temporary credentials of a role: key, secret, token.
    public let temporary: [String]

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("moto_server") != nil }

    /// Starts a server with a bucket and users, runs `body` and stops it.
    ///
    /// - Parameters:
    ///   - objects: contents by key, put into the bucket `history`.
    ///   - checksSignatures: whether every request has to be signed by a user that may do it.
    public static func with(
        objects: [String: String], checksSignatures: Bool = true, _ body: (MotoServer) async throws -> Void
    ) async throws {
        guard let program = TestServer.program("moto_server") else {
            throw TestServer.Failure(description: "moto is not installed")
        }
        let python = program.deletingLastPathComponent().appending(path: "python")
        let interpreter =
            FileManager.default.isExecutableFile(atPath: python.path)
            ? python : TestServer.program("python3") ?? python
        try await TestServer.running(
            interpreter, arguments: { port, _ in ["-c", server, "-H", "127.0.0.1", "-p", "\(port)"] }
        ) { port, _ in
            let endpoint = "http://127.0.0.1:\(port)"
            let content = String(decoding: try JSONEncoder().encode(objects), as: UTF8.self)
            let output = try TestServer.run(
                interpreter, ["-c", setUp, endpoint, content, checksSignatures ? "0" : "inf"],
                environment: ["no_proxy": "127.0.0.1,localhost"])
            guard let line = output.split(separator: "\n").last,
                let keys = try? JSONDecoder().decode([String].self, from: Data(line.utf8)), keys.count == 7
            else { throw TestServer.Failure(description: "moto was not set up: \(output)") }
            try await body(
                MotoServer(
                    endpoint: endpoint, accessKeyID: keys[0], secretAccessKey: keys[1], powerlessKeyID: keys[2],
                    powerlessSecret: keys[3], temporary: Array(keys[4...])))
        }
    }

    /// moto checks signatures over a decoded address, S3 over the one that was sent: so does this.
    private static let server = """
        import sys
        from flask import request
        from moto.iam import access_control
        first = access_control.S3IAMRequest.__init__
        def as_sent(self, *arguments, **named):
            named["path"] = request.environ["RAW_URI"]
            first(self, *arguments, **named)
        access_control.S3IAMRequest.__init__ = as_sent
        from moto.server import main
        sys.exit(main(sys.argv[1:]))
        """

    private static let setUp = """
        import sys, json, urllib.request, boto3
        endpoint, content, count = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
        make = lambda name: boto3.client(name, endpoint_url=endpoint, region_name="us-east-1",
            aws_access_key_id="x", aws_secret_access_key="x")
        s3, iam, sts = make("s3"), make("iam"), make("sts")
        s3.create_bucket(Bucket="history")
        for key, text in content.items():
            s3.put_object(Bucket="history", Key=key, Body=text.encode())
        keys = []
        everything = json.dumps({"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
        for user in ("presage", "powerless"):
            iam.create_user(UserName=user)
            if user == "presage":
                iam.put_user_policy(UserName=user, PolicyName="s3", PolicyDocument=everything)
            key = iam.create_access_key(UserName=user)["AccessKey"]
            keys += [key["AccessKeyId"], key["SecretAccessKey"]]
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName="reader", PolicyName="s3", PolicyDocument=everything)
        lent = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        keys += [lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]]
        if count == "inf":
            anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::history/*"}
            s3.put_bucket_policy(Bucket="history",
                Policy=json.dumps({"Version": "2012-10-17", "Statement": [anybody]}))
        else:
            urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset-auth", data=count.encode(),
                headers={"Content-Type": "text/plain"}, method="POST"))
        print(json.dumps(keys))
        """
}
