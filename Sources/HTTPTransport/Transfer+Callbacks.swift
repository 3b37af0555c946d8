import CLibcurl
import Foundation
import Threading

extension Transfer {
    func setCallbacks(_ easy: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
        presage_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            transfer.receiveHeader(String(decoding: line, as: UTF8.self))
            return size * count
        }
        presage_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        presage_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let accepted = data.withMemoryRebound(to: UInt8.self, capacity: size * count) { bytes in
                transfer.receive(UnsafeBufferPointer(start: bytes, count: size * count))
            }
            return accepted ? size * count : Int(CURL_WRITEFUNC_PAUSE)
        }
        presage_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        guard upload != nil else { return }
        presage_curl_set_data_callback(easy, CURLOPT_READFUNCTION) { data, size, count, context in
            guard let data, let context else { return Int(CURL_READFUNC_ABORT) }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            guard let upload = transfer.upload else { return Int(CURL_READFUNC_ABORT) }
            transfer.lastActivity = .now
            switch upload.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count)) {
            case .bytes(let count): return count
            case .wait: return Int(CURL_READFUNC_PAUSE)
            case .end: return 0
            case .failed: return Int(CURL_READFUNC_ABORT)
            }
        }
        presage_curl_set_pointer(easy, CURLOPT_READDATA, context)
    }

    /// Takes one line of the head.
    ///
    /// Interim answers (1xx) and redirects to be followed are passed over.
    private func receiveHeader(_ raw: String) {
        lastActivity = .now
        let line = raw.last?.isNewline == true ? raw.dropLast() : raw[...]
        if line.hasPrefix("HTTP/") {
            headers = HTTPHeaders()
            packed = Packed()
            sharesConnection = line.hasPrefix("HTTP/2")
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return
        }
        guard line.isEmpty else {
            guard let colon = line.firstIndex(of: ":") else { return }
            let value = line[line.index(after: colon)...]
            headers.add(String(line[..<colon]), value.trimmingCharacters(in: .whitespaces))
            return
        }
        if status < 200 { return }
        if (300..<400).contains(status), headers["Location"] != nil, redirects < request.maximumRedirects {
            redirects += 1
            return
        }
        if state.withLock({ $0.head == nil }) { deliverHead() }
    }
}
