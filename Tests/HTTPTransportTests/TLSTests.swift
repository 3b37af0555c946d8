import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Against `openssl s_server`, with certificates made for the run.
@Suite(.enabled(if: Certificates.available, "needs the openssl command"), .patience(minutes: 2))
struct TLSTests {
    private func failure(_ port: Int, host: String = "localhost", _ tls: TLSConfiguration) async throws
        -> HTTPTransportError
    {
        let client = HTTPClient(configuration: .init(tls: tls, proxy: .none))
        do {
            _ = try await client.fetch(HTTPRequest(url: "https://\(host):\(port)/"))
        } catch let error as HTTPTransportError {
            return error
        }
        return try #require(nil, "the request did not fail")
    }

    private func status(_ port: Int, host: String = "localhost", _ tls: TLSConfiguration) async throws -> Int {
        let client = HTTPClient(configuration: .init(tls: tls, proxy: .none))
        return try await client.fetch(HTTPRequest(url: "https://\(host):\(port)/")).status
    }

    @Test func `an authority as file or as bytes is trusted`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let path = certificates.path("ca.pem")
        #expect(try await status(server.port, .init(certificateAuthority: .file(path))) == 200)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try await status(server.port, .init(certificateAuthority: .bytes(bytes))) == 200)
    }

    @Test func `an unknown authority is refused with advice`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let error = try await failure(server.port, .init())
        #expect(error.code == .tlsVerification)
        #expect(error.message.contains("localhost:\(server.port)"))
        #expect(error.message.contains("CA"))
    }

    @Test func `a given authority replaces those of the system`() async throws {
        let certificates = try await Certificates.make()
        let other = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let error = try await failure(server.port, .init(certificateAuthority: .file(other.path("ca.pem"))))
        #expect(error.code == .tlsVerification)
    }

    @Test func `another host than the certificate's is refused, unless the server name says so`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let authority = TLSConfiguration.Material.file(certificates.path("ca.pem"))
        let error = try await failure(server.port, host: "127.0.0.1", .init(certificateAuthority: authority))
        #expect(error.code == .tlsVerification)
        let tls = TLSConfiguration(certificateAuthority: authority, serverName: "localhost")
        #expect(try await status(server.port, host: "127.0.0.1", tls) == 200)
    }

    @Test func `an expired certificate is refused`() async throws {
        let certificates = try await Certificates.make(days: -1)
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let error = try await failure(server.port, .init(certificateAuthority: .file(certificates.path("ca.pem"))))
        #expect(error.code == .tlsVerification)
    }

    @Test func `verification can be switched off`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        #expect(try await status(server.port, host: "127.0.0.1", .init(insecureSkipVerify: true)) == 200)
    }

    @Test func `a client certificate is presented, as file or as bytes`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(
            certificates, arguments: ["-Verify", "1", "-CAfile", certificates.path("ca.pem"), "-verify_return_error"])
        defer { server.stop() }
        let authority = TLSConfiguration.Material.file(certificates.path("ca.pem"))
        let paths = (certificates.path("client.pem"), certificates.path("client.key"))
        let files = TLSConfiguration(
            certificateAuthority: authority,
            identity: .init(certificate: .file(paths.0), key: .file(paths.1))
        )
        #expect(try await status(server.port, files) == 200)
        let bytes = TLSConfiguration(
            certificateAuthority: authority,
            identity: .init(
                certificate: .bytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: paths.0)))),
                key: .bytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: paths.1))))
            )
        )
        #expect(try await status(server.port, bytes) == 200)
        let error = try await failure(server.port, .init(certificateAuthority: authority))
        #expect([.tls, .connectionLost].contains(error.code))
    }

    @Test func `a client certificate that is no PEM is named`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let tls = TLSConfiguration(
            certificateAuthority: .file(certificates.path("ca.pem")),
            identity: .init(certificate: .bytes(Array("nonsense".utf8)), key: .bytes(Array("nonsense".utf8)))
        )
        #expect(try await failure(server.port, tls).code == .tlsMaterial)
    }

    @Test func `an authority that is no PEM is named`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates)
        defer { server.stop() }
        let error = try await failure(server.port, .init(certificateAuthority: .bytes(Array("nonsense".utf8))))
        #expect([.tlsMaterial, .tlsVerification].contains(error.code))
    }

    @Test func `TLS 1 point 1 is refused`() async throws {
        let certificates = try await Certificates.make()
        let server = try await TLSServer.start(certificates, arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        defer { server.stop() }
        let error = try await failure(server.port, .init(certificateAuthority: .file(certificates.path("ca.pem"))))
        #expect(error.code == .tls)
    }

    @Test func `plain HTTP on a TLS port is told as such`() async throws {
        let server = try ScriptedServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { server.stop() }
        #expect(try await failure(server.port, .init()).code == .tls)
    }
}
