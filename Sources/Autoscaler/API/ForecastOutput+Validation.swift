extension ForecastOutput {
    func validate(at path: String) -> [SpecError] {
        let named = [("postgresql", postgresql != nil), ("s3", s3 != nil), ("csv", csv != nil)].filter(\.1).map(\.0)
        var errors: [SpecError] = []
        if named.isEmpty {
            errors.append(SpecError(.missingField, field: path, "name one place: postgresql, s3 or csv"))
        } else if named.count > 1 {
            errors.append(
                SpecError(
                    .conflictingFields, field: path,
                    "\(named.count) places are named (\(named.joined(separator: ", "))): keep exactly one"))
        }
        if let postgresql { errors += postgresql.validate(at: "\(path).postgresql") }
        if let s3 {
            if let endpoint = s3.endpoint { errors += checkedURL(endpoint, at: "\(path).s3.endpoint") }
            if s3.key.isEmpty || s3.key.hasSuffix("/") {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(path).s3.key", "“\(s3.key)” names no object; end it with a file's name"
                    ))
            }
        }
        if let csv, !csv.path.hasPrefix("/") || csv.path.hasSuffix("/") {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).csv.path",
                    "“\(csv.path)” is no file: begin it with /, in a volume of training.volumeMounts, and end it with a name"
                ))
        }
        if let horizon, horizon.seconds < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).horizon", "must be at least 1s"))
        }
        return errors
    }
}

extension PostgreSQLOutput {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        func require(_ isMet: Bool, _ field: String, _ message: String) {
            if !isMet { errors.append(SpecError(.invalidValue, field: "\(path).\(field)", message)) }
        }
        require(
            !host.isEmpty && !host.contains { $0 == "/" || $0 == "@" || $0.isWhitespace }, "host",
            "“\(host)” is no server's name: give it without port, user or password")
        require((1...65535).contains(port), "port", "\(port) is no port: give 1 to 65535")
        require(!database.isEmpty, "database", "name the database")
        let parts = table.split(separator: ".", omittingEmptySubsequences: false)
        require(
            parts.count <= 2 && parts.allSatisfy { (1...63).contains($0.utf8.count) }, "table",
            "“\(table)” is no table: write table or schema.table, each of at most 63 bytes")
        if let conflict = sslMode.conflict(withAuthority: ca) { require(false, "sslMode", conflict) }
        return errors
    }
}
