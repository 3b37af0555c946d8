public import Foundation
import Synchronization

/// An S3 server (moto) on a free port, which checks signatures with botocore's own code; empty again after `with`.
///
/// A server takes seconds to start and a moment to be emptied, so that one test after the other gets the same.
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
    /// Its certificate, which no authority has signed; nil where it does not speak TLS.
    public let certificate: URL?

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("moto_server") != nil }

    /// Gives `body` a server with a bucket and users, to itself alone.
    ///
    /// - Parameters:
    ///   - objects: contents by key, put into the bucket `history`.
    ///   - checksSignatures: whether every request has to be signed by a user that may do it.
    ///   - speaksTLS: whether it has a certificate, as a store on one's own premises often has.
    public static func with(
        objects: [String: String], checksSignatures: Bool = true, speaksTLS: Bool = false,
        _ body: (MotoServer) async throws -> Void
    ) async throws {
        let machine: MotoMachine
        if let idle = MotoMachine.idle(speaksTLS: speaksTLS) {
            machine = idle
        } else {
            machine = try await MotoMachine.start(speaksTLS: speaksTLS)
        }
        let keys = try machine.prepare(objects, checksSignatures: checksSignatures)
        defer { machine.giveBack() }
        try await body(
            MotoServer(
                endpoint: machine.endpoint, accessKeyID: keys[0], secretAccessKey: keys[1], powerlessKeyID: keys[2],
                powerlessSecret: keys[3], temporary: Array(keys[4...]), certificate: machine.certificate))
    }
}

/// A process of moto: it is told on its standard input what to hold, answers with the keys, and ends with that input.
final class MotoMachine: Sendable {
    private static let waiting = Mutex<[MotoMachine]>([])

    let endpoint: String
    let certificate: URL?
    private let orders: FileHandle
    private let answers: FileHandle

    /// One that nobody uses.
    static func idle(speaksTLS: Bool) -> MotoMachine? {
        waiting.withLock { waiting in
            waiting.firstIndex { ($0.certificate != nil) == speaksTLS }.map { waiting.remove(at: $0) }
        }
    }

    /// Lets others use it.
    func giveBack() { Self.waiting.withLock { $0.append(self) } }

    /// Starts one, and waits until it listens.
    static func start(speaksTLS: Bool) async throws -> MotoMachine {
        guard let program = TestServer.program("moto_server") else {
            throw TestServer.Failure(description: "moto is not installed")
        }
        let folder = try TestServer.scratch("moto")
        let port = try TestServer.freePort()
        let beside = program.deletingLastPathComponent().appending(path: "python")
        let python =
            FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : TestServer.program("python3") ?? beside
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = python
        let address = "\(speaksTLS ? "https" : "http")://127.0.0.1:\(port)"
        process.arguments = ["-c", server, folder.path, address, "-H", "127.0.0.1", "-p", "\(port)"]
        let certificate = folder.appending(path: "cert.pem")
        if speaksTLS {
            let key = folder.appending(path: "key.pem")
            try TestServer.certificate(key: key.path, certificate: certificate.path)
            process.arguments? += ["-c", certificate.path, "-k", key.path]
        }
        process.environment = ProcessInfo.processInfo.environment.merging(["no_proxy": "127.0.0.1,localhost"]) { $1 }
        let log = try TestServer.start(process, in: folder, input: input, output: output)
        try await TestServer.wait(for: port, of: process, log: log)
        return MotoMachine(
            endpoint: address, certificate: speaksTLS ? certificate : nil, orders: input.fileHandleForWriting,
            answers: output.fileHandleForReading)
    }

    private init(endpoint: String, certificate: URL?, orders: FileHandle, answers: FileHandle) {
        self.endpoint = endpoint
        self.certificate = certificate
        self.orders = orders
        self.answers = answers
    }

    /// Forgets everything and takes these objects; returns the keys of its users.
    func prepare(_ objects: [String: String], checksSignatures: Bool) throws -> [String] {
        struct Order: Encodable {
            var objects: [String: String]
            var checks: Bool
        }
        try orders.write(
            contentsOf: try JSONEncoder().encode(Order(objects: objects, checks: checksSignatures)) + Data("\n".utf8))
        var line: [UInt8] = []
        while let byte = try answers.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
        guard let keys = try? JSONDecoder().decode([String].self, from: Data(line)), keys.count == 7 else {
            throw TestServer.Failure(description: "moto was not set up: \(String(decoding: line, as: UTF8.self))")
        }
        return keys
    }

    /// moto checks signatures over a decoded address, S3 over the one that was sent: so does this.
    private static let server = """
        import json, os, shutil, ssl, sys, threading, traceback, urllib.request, warnings
        warnings.simplefilter("ignore")
        import boto3
        from flask import request
        from moto.iam import access_control
        from moto.server import main

        folder, endpoint = sys.argv[1:3]
        answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

        first = access_control.S3IAMRequest.__init__
        def as_sent(self, *arguments, **named):
            named["path"] = request.environ["RAW_URI"]
            first(self, *arguments, **named)
        access_control.S3IAMRequest.__init__ = as_sent

        def moto(path, body=""):
            urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/" + path, data=body.encode(),
                headers={"Content-Type": "text/plain"}, method="POST"), context=ssl._create_unverified_context())

        make = lambda name: boto3.client(name, endpoint_url=endpoint, region_name="us-east-1",
            aws_access_key_id="x", aws_secret_access_key="x", verify=False)
        s3, iam, sts = make("s3"), make("iam"), make("sts")
        everything = json.dumps({"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        anybody = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::history/*"}]})

        def prepare(objects, checks):
            moto("reset-auth", "inf")
            moto("reset")
            s3.create_bucket(Bucket="history")
            for key, text in objects.items():
                s3.put_object(Bucket="history", Key=key, Body=text.encode())
            keys = []
            for user in ("presage", "powerless"):
                iam.create_user(UserName=user)
                if user == "presage":
                    iam.put_user_policy(UserName=user, PolicyName="s3", PolicyDocument=everything)
                key = iam.create_access_key(UserName=user)["AccessKey"]
                keys += [key["AccessKeyId"], key["SecretAccessKey"]]
            role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
            iam.put_role_policy(RoleName="reader", PolicyName="s3", PolicyDocument=everything)
            lent = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
            if checks:
                moto("reset-auth", "0")
            else:
                s3.put_bucket_policy(Bucket="history", Policy=anybody)
            return keys + [lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]]

        def obey():
            for line in sys.stdin:
                order = json.loads(line)
                try:
                    answer = prepare(order["objects"], order["checks"])
                except Exception:
                    answer = traceback.format_exc()
                print(json.dumps(answer), file=answers, flush=True)
            # Whoever gave orders is gone.
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)

        threading.Thread(target=obey, daemon=True).start()
        main(sys.argv[3:])
        """
}
