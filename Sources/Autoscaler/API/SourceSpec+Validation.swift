import Foundation

extension SourceSpec {
    /// Checks the source.
    ///
    /// - Parameter hasTarget: whether there is a workload that ready-made queries can ask about; nil where only the model
    ///   knows.
    func validate(at path: String, hasTarget: Bool? = nil) -> [SpecError] {
        let named = [
            ("prometheus", prometheus != nil), ("csv", csv != nil), ("postgresql", postgresql != nil),
        ].filter(\.1).map(\.0)
        guard named.count == 1 else {
            guard !named.isEmpty else {
                return [SpecError(.missingField, field: path, "name one source: prometheus, csv or postgresql")]
            }
            return [
                SpecError(
                    .conflictingFields, field: path,
                    "\(named.count) sources are named, \(named.joined(separator: " and ")): a model has exactly one, so "
                        + "remove the others"
                )
            ]
        }
        var errors = prometheus?.validate(at: "\(path).prometheus") ?? []
        if let prometheus, hasTarget == false, prometheus.cpuQuery == nil, prometheus.memoryQuery == nil {
            errors.append(
                SpecError(
                    .missingField, field: "\(path).prometheus.cpuQuery",
                    "the ready-made queries ask about a target's pods, and there is no targetRef: name one, or give "
                        + "cpuQuery or memoryQuery"))
        }
        errors += csv?.validate(at: "\(path).csv") ?? []
        errors += postgresql?.validate(at: "\(path).postgresql") ?? []
        return errors
    }
}

extension CSVSource {
    func validate(at path: String) -> [SpecError] {
        let named = [
            ("path", self.path != nil), ("url", url != nil), ("configMap", configMap != nil), ("s3", s3 != nil),
        ].filter(\.1).map(\.0)
        var errors: [SpecError] = []
        if named.isEmpty {
            errors.append(SpecError(.missingField, field: path, "say where the table is: path, url, configMap or s3"))
        } else if named.count > 1 {
            errors.append(
                SpecError(
                    .conflictingFields, field: path,
                    "\(named.count) places are named (\(named.joined(separator: ", "))): keep exactly one"
                )
            )
        }
        if let url { errors += checkedURL(url, at: "\(path).url") }
        if let endpoint = s3?.endpoint { errors += checkedURL(endpoint, at: "\(path).s3.endpoint") }
        if url == nil, auth != nil || tls != nil {
            errors.append(
                SpecError(
                    .conflictingFields, field: "\(path).\(auth != nil ? "auth" : "tls")",
                    "is for url alone: remove it, or give a url"
                        + (s3 != nil && auth == nil ? "; for s3 it is \(path).s3.tls" : "")))
        }
        return errors + (auth?.validate(at: "\(path).auth") ?? [])
    }
}

extension SourceAuth {
    func validate(at path: String) -> [SpecError] {
        if bearerToken != nil, username != nil || password != nil {
            return [
                SpecError(
                    .conflictingFields, field: path,
                    "a bearer token and a user name exclude each other: keep one way to log in"
                )
            ]
        }
        guard (username == nil) == (password == nil) else {
            return [SpecError(.missingField, field: path, "username and password are needed together")]
        }
        return []
    }
}

extension PrometheusSource {
    /// Whether a label may be called so: letters, digits and underscores, no digit first.
    private static func isLabel(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789_".unicodeScalars.contains($0))
        }
    }

    func validate(at path: String) -> [SpecError] {
        var errors = checkedURL(url, at: "\(path).url")
        if url.contains(where: { "?#".contains($0) }) {
            // What follows may be a key, and is not repeated.
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).url",
                    "what follows ? or # would stand in the middle of every question: give the address with its path alone; "
                        + "matchLabels, tenant and auth have fields of their own"))
        }
        if step.seconds < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).step", "must be at least 1s"))
        }
        if window <= step {
            errors.append(
                SpecError(.invalidValue, field: "\(path).window", "\(window) is not longer than the step of \(step)")
            )
        }
        if !(0...100).contains(minimumCoveragePercent) {
            errors.append(
                SpecError(.invalidValue, field: "\(path).minimumCoveragePercent", "must be from 0 to 100 percent"))
        }
        for (field, label) in [("containerLabel", containerLabel), ("podLabel", podLabel)] {
            if let label, !Self.isLabel(label) {
                errors.append(
                    SpecError(.invalidValue, field: "\(path).\(field)", "“\(label)” cannot be the name of a label"))
            }
        }
        for label in (matchLabels ?? [:]).keys.sorted() where !Self.isLabel(label) {
            errors.append(
                SpecError(.invalidValue, field: "\(path).matchLabels", "“\(label)” cannot be the name of a label"))
        }
        if let tenant, tenant.isEmpty || !tenant.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).tenant", "a tenant travels in a header: use ASCII without spaces"))
        }
        errors += auth?.validate(at: "\(path).auth") ?? []
        if sigv4 != nil, auth != nil {
            errors.append(
                SpecError(
                    .conflictingFields, field: path, "auth and sigv4 exclude each other: keep one way to log in"))
        }
        if sigv4?.region.isEmpty == true {
            errors.append(SpecError(.missingField, field: "\(path).sigv4.region", "name the workspace's region"))
        }
        errors += cache?.validate(at: "\(path).cache") ?? []
        return errors
    }
}

extension PostgreSQLSource {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        func check(_ holds: Bool, _ field: String, _ message: String) {
            if !holds { errors.append(SpecError(.invalidValue, field: "\(path).\(field)", message)) }
        }
        check(!host.isEmpty, "host", "name the server")
        check(
            !host.contains { "/@: ".contains($0) } || host.contains("::"), "host",
            "“\(host)” is no host: give its name or address alone; port, database and user have fields of their own")
        check((1...65_535).contains(port), "port", "must be from 1 to 65535")
        check(!database.isEmpty, "database", "name the database")
        check(
            query.contains { !$0.isWhitespace }, "query",
            "write a SELECT that returns unique_id, ds and y, or timestamp, container, cpu and memory")
        check(TimeZone(identifier: timeZone) != nil, "timeZone", SpecError.noTimeZone(timeZone))
        // `GMT+2` is east here and, by POSIX, west in PostgreSQL. `Etc/GMT+2` is west everywhere.
        check(
            !timeZone.contains(#/^(GMT|UTC)[+-].*[1-9]/#), "timeZone",
            "“\(timeZone)” is read by PostgreSQL with the other sign than elsewhere: write an IANA name such as Europe/Berlin, "
                + "or Etc/GMT-2 for two hours east of Greenwich")
        check(statementTimeout.seconds >= 1, "statementTimeout", "must be at least 1s")
        if let conflict = sslMode.conflict(withAuthority: ca) { check(false, "sslMode", conflict) }
        return errors
    }
}

func checkedURL(_ url: String, at path: String) -> [SpecError] {
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        return [SpecError(.invalidValue, field: path, "“\(url)” is no address: begin it with http:// or https://")]
    }
    // An address with a password in it would reach logs and status; credentials belong into a Secret.
    let authority = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
    if authority.contains("@") {
        return [SpecError(.invalidValue, field: path, "an address must not hold a password: refer to a Secret instead")]
    }
    return []
}
