import CLibcurl

/// What comes packed with gzip. libcurl unpacks it without a look at its end: of a table that was cut before it was stored it gives
/// what there is, and says that all went well.
extension Transfer {
    /// The end of an answer as it came, and how much was unpacked of it.
    struct Packed {
        /// How many bytes of it have come.
        var count = 0
        /// The last four of them, of which gzip makes the length of what was packed.
        var end: [UInt8] = []
        /// How many bytes were made of it.
        var unpacked = 0
    }

    /// Has libcurl show what it receives before it unpacks that.
    func watchPacked(_ easy: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
        presage_curl_set_debug_callback(easy) { _, kind, data, count, context in
            guard kind == CURLINFO_DATA_IN, let data, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            transfer.note(UnsafeRawBufferPointer(start: data, count: count))
            return 0
        }
        presage_curl_set_pointer(easy, CURLOPT_DEBUGDATA, context)
        presage_curl_set_long(easy, CURLOPT_VERBOSE, 1)
    }

    private func note(_ bytes: UnsafeRawBufferPointer) {
        // A server may send more than it said, which is no part of the answer.
        let part = bytes.prefix(max(0, (packedLength ?? 0) - packed.count))
        packed.count += part.count
        packed.end = (packed.end + part.suffix(4)).suffix(4)
    }

    /// How many bytes are to come, where they are packed and nothing is between them.
    private var packedLength: Int? {
        guard ["gzip", "x-gzip"].contains(headers["Content-Encoding"]?.lowercased()) else { return nil }
        return headers["Content-Length"].flatMap { Int($0) }
    }

    /// What is wrong with an answer that came as a whole; nil where nothing is.
    var packingFailure: HTTPTransportError? {
        guard request.takesPacked, packedLength == packed.count, packed.end.count == 4 else { return nil }
        // RFC 1952: the length modulo 2³², the lowest byte first.
        let length = packed.end.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard length != UInt32(truncatingIfNeeded: packed.unpacked) else { return nil }
        return HTTPTransportError(
            code: .protocolViolation,
            message:
                "\(host): what the answer packs was cut short before it was stored: it unpacks to \(packed.unpacked) bytes, "
                + "and its end is none; pack it anew and store it as a whole")
    }
}
