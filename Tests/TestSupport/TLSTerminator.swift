import Foundation
import Threading

/// Speaks TLS before a plain server, wants a client certificate, and can be given another identity and authority while
/// it runs: from then on it refuses who was welcome before, and ends every connection that is open.
public final class TLSTerminator: @unchecked Sendable {
    /// Whether it can run here.
    public static let available = Certificates.available && Command.path("python3") != nil

    /// Where it listens, on the loopback address.
    public let port: Int
    private let process: Process
    private let orders: FileHandle
    private let answers: FileHandle
    private let lock = NSLock()

    /// Its URL, by the name in the certificates.
    public var url: String { "https://localhost:\(port)" }

    /// Starts one in front of a local port.
    public static func start(before port: Int, _ certificates: Certificates) async throws -> TLSTerminator {
        try await onThread("presage-test") { try TLSTerminator(port, certificates) }
    }

    private init(_ target: Int, _ certificates: Certificates) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path("python3") ?? "")
        process.arguments = ["-c", Self.program, "\(target)", certificates.directory.path]
        let input = Pipe(), output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        orders = input.fileHandleForWriting
        answers = output.fileHandleForReading
        try process.run()
        guard let port = Int(try Self.line(answers)) else { throw Command.Failed(command: "the TLS terminator") }
        self.port = port
    }

    /// Takes other certificates; returns when the old ones are refused.
    public func rotate(to certificates: Certificates) async throws {
        try await onThread("presage-test") { [self] in
            try lock.withLock {
                try orders.write(contentsOf: Data("\(certificates.directory.path)\n".utf8))
                guard try Self.line(answers) == "rotated" else { throw Command.Failed(command: "rotate") }
            }
        }
    }

    /// Ends it.
    public func stop() {
        // Not SIGTERM, which a child of a dispatch thread inherits as blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func line(_ handle: FileHandle) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try handle.read(upToCount: 1)?.first, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let program = """
        import asyncio, ssl, sys

        target, folder = int(sys.argv[1]), sys.argv[2]
        tasks, server, port = set(), None, 0

        def context(folder):
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            made.load_cert_chain(folder + "/server.pem", folder + "/server.key")
            made.load_verify_locations(folder + "/ca.pem")
            made.verify_mode = ssl.CERT_REQUIRED
            return made

        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
                pass

        async def serve(reader, writer):
            tasks.add(asyncio.current_task())
            behind = None
            try:
                up, behind = await asyncio.open_connection("127.0.0.1", target)
                both = [asyncio.ensure_future(pump(reader, behind)), asyncio.ensure_future(pump(up, writer))]
                try:
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for each in both:
                        each.cancel()
            except (OSError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(asyncio.current_task())
                for each in (writer, behind):
                    if each is not None:
                        each.transport.abort()

        async def listen(folder):
            global server, port
            server = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context(folder), backlog=1024)
            port = server.sockets[0].getsockname()[1]

        async def main():
            await listen(folder)
            print(port, flush=True)
            loop = asyncio.get_running_loop()
            while line := await loop.run_in_executor(None, sys.stdin.readline):
                server.close()
                for task in list(tasks):
                    task.cancel()
                await listen(line.strip())
                print("rotated", flush=True)

        asyncio.run(main())
        """
}
