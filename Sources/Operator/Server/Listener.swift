import Foundation
import NIOCore
import ServiceLifecycle

/// The HTTP server, which says what to do where it cannot listen.
struct Listener: Service {
    let service: any Service
    /// What was asked for, `host:port`.
    let address: String

    func run() async throws {
        do {
            try await service.run()
        } catch let error as IOError where [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode) {
            throw OperatorError(
                .invalidConfiguration,
                "cannot listen on \(address): \(String(cString: strerror(error.errnoCode))); choose another address by "
                    + "--host and --port")
        }
    }
}
