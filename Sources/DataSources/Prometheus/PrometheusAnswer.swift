/// What a metrics server answered: the series of a range query, or the label sets of a series query.
struct PrometheusAnswer {
    /// One series of a matrix.
    struct Series {
        var labels: [String: String] = [:]
        /// Seconds since 1970 UTC, ascending as the server sends them.
        var times: [Int] = []
        /// One value a time; NaN where the server has NaN or an infinity.
        var values: [Double] = []
        /// How many values were infinite.
        var infinite = 0
        /// Whether the series holds native histograms, which are no number.
        var hasHistograms = false
    }

    var isSuccess = false
    /// `matrix`, `vector`, `scalar` or `string`; nil where the answer is no query's.
    var resultType: String?
    /// A matrix.
    var series: [Series] = []
    /// The label sets of `/api/v1/series`.
    var labelSets: [[String: String]] = []
    /// What the server warns of: some store did not take part, so that the answer may lack series or points.
    var warnings: [String] = []
    /// What the server remarks on the query itself, which says nothing against the answer.
    var remarks: [String] = []
    /// Why there is no result.
    var errorType = ""
    var error = ""

    /// Reads an answer; nil-free: an answer without a status is malformed.
    init(decoding bytes: [UInt8]) throws(JSONScanner.Malformed) {
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<PrometheusAnswer, JSONScanner.Malformed> in
            do throws(JSONScanner.Malformed) {
                return .success(try PrometheusAnswer(scanning: buffer))
            } catch {
                return .failure(error)
            }
        }
        self = try outcome.get()
    }

    private init(scanning buffer: UnsafeBufferPointer<UInt8>) throws(JSONScanner.Malformed) {
        var scanner = JSONScanner(buffer)
        var status: String?
        var answer = PrometheusAnswer()
        try scanner.object { (key, scanner) throws(JSONScanner.Malformed) in
            switch key {
            case "status": status = try scanner.string()
            case "errorType": answer.errorType = try scanner.string()
            case "error": answer.error = try scanner.string()
            case "warnings", "infos":
                guard scanner.peek() == UInt8(ascii: "[") else { return try scanner.skip() }
                try scanner.array { (scanner) throws(JSONScanner.Malformed) in answer.note(try scanner.string()) }
            // VictoriaMetrics' cluster has no warnings, but this.
            case "isPartial" where scanner.peek() == UInt8(ascii: "t"):
                try scanner.skip()
                answer.note("isPartial: some storage nodes did not take part")
            case "data":
                switch scanner.peek() {
                case UInt8(ascii: "{"): try answer.readResult(&scanner)
                case UInt8(ascii: "["): try answer.readLabelSets(&scanner)
                default: try scanner.skip()
                }
            default: try scanner.skip()
            }
        }
        try scanner.end()
        guard let status else { throw scanner.malformed }
        answer.isSuccess = status == "success"
        self = answer
    }

    private init() {}

    /// Prometheus has had its remarks on queries (`PromQL info: metric might not be a counter`) in either list, and there
    /// are warnings among them (`PromQL warning: …`), always of the same query.
    private mutating func note(_ text: String) {
        if text.hasPrefix("PromQL ") { remarks.append(text) } else { warnings.append(text) }
    }

    private mutating func readResult(_ scanner: inout JSONScanner) throws(JSONScanner.Malformed) {
        var answer = self
        try scanner.object { (key, scanner) throws(JSONScanner.Malformed) in
            switch key {
            case "resultType": answer.resultType = try scanner.string()
            case "result" where scanner.peek() == UInt8(ascii: "["):
                try scanner.array { (scanner) throws(JSONScanner.Malformed) in
                    // The elements of a scalar are no objects; its type tells the caller.
                    guard scanner.peek() == UInt8(ascii: "{") else { return try scanner.skip() }
                    answer.series.append(try Self.readSeries(&scanner))
                }
            default: try scanner.skip()
            }
        }
        self = answer
    }

    private static func readSeries(_ scanner: inout JSONScanner) throws(JSONScanner.Malformed) -> Series {
        var series = Series()
        try scanner.object { (key, scanner) throws(JSONScanner.Malformed) in
            switch key {
            case "metric": series.labels = try readLabels(&scanner)
            case "values":
                try scanner.array { (scanner) throws(JSONScanner.Malformed) in
                    try series.readPoint(&scanner)
                }
            case "value": try series.readPoint(&scanner)
            case "histogram", "histograms":
                series.hasHistograms = true
                try scanner.skip()
            default: try scanner.skip()
            }
        }
        return series
    }

    private mutating func readLabelSets(_ scanner: inout JSONScanner) throws(JSONScanner.Malformed) {
        var sets: [[String: String]] = []
        try scanner.array { (scanner) throws(JSONScanner.Malformed) in
            guard scanner.peek() == UInt8(ascii: "{") else { return try scanner.skip() }
            sets.append(try Self.readLabels(&scanner))
        }
        labelSets = sets
    }

    private static func readLabels(_ scanner: inout JSONScanner) throws(JSONScanner.Malformed) -> [String: String] {
        var labels: [String: String] = [:]
        try scanner.object { (key, scanner) throws(JSONScanner.Malformed) in
            labels[key] = try scanner.string()
        }
        return labels
    }
}

extension PrometheusAnswer.Series {
    /// Takes `[<unix time>, "<value>"]`.
    @inline(__always)
    fileprivate mutating func readPoint(_ scanner: inout JSONScanner) throws(JSONScanner.Malformed) {
        try scanner.take(UInt8(ascii: "["))
        let time = try scanner.rawNumber()
        try scanner.take(UInt8(ascii: ","))
        let value = try scanner.rawString()
        try scanner.take(UInt8(ascii: "]"))
        guard let timeStart = time.baseAddress, let start = value.baseAddress,
            case .number(let seconds) = DecimalParser.parse(timeStart, time.count), abs(seconds) < 1e12
        else { throw scanner.malformed }
        times.append(Int(seconds.rounded()))
        switch DecimalParser.parse(start, value.count) {
        case .number(let number): values.append(number)
        case .missing: values.append(.nan)
        case .invalid:
            let word = String(decoding: value, as: UTF8.self).lowercased()
            guard ["inf", "+inf", "-inf"].contains(word) else { throw scanner.malformed }
            infinite += 1
            values.append(.nan)
        }
    }
}
