import HTTPTransport
import Threading

extension CSVReader {
    /// Reads a body while it comes, on a thread of its own: what is in memory is the series and a few chunks.
    ///
    /// - Parameters:
    ///   - name: what stands for the body in errors.
    ///   - limit: the most bytes to take.
    func read(name: String, body: HTTPResponseBody, limit: Int) async throws -> History {
        let queue = ChunkQueue(capacity: 4 << 20)
        let parser = BlockingThread("presage-csv") { () -> Result<History, DataError> in
            defer { queue.close() }
            do throws(DataError) {
                return .success(try read(name: name) { buffer throws(DataError) in try queue.take(into: buffer) })
            } catch {
                return .failure(error)
            }
        }
        return try await withTaskCancellationHandler {
            do {
                var taken = 0
                for try await chunk in body {
                    taken += chunk.count
                    guard taken <= limit else {
                        throw DataError(
                            .tooLarge, "is larger than the \(limit >> 20) MiB that are read at most", source: name)
                    }
                    // False where the reader has stopped at an error, which it throws below.
                    guard await queue.put(chunk) else { break }
                }
                queue.finish(nil)
            } catch let error as DataError {
                queue.finish(error)
            } catch let error as HTTPTransportError {
                queue.finish(
                    DataError(
                        .requestFailed, "breaks off: \(error.message)", source: name, mayPass: error.isTransient))
            } catch {
                queue.finish(DataError(.cancelled, "the read was broken off: \(error)", source: name))
            }
            let result = await parser.value
            try Task.checkCancellation()
            return try result.get()
        } onCancel: {
            queue.finish(DataError(.cancelled, "the read was cancelled", source: name))
        }
    }
}
