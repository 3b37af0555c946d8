extension ForecastModelSpec {
    /// Checks what the types cannot say: one-of choices, ranges and combinations.
    ///
    /// The CRD schema refuses most of this already; `presage plan` has no API server, and an operator may meet
    /// objects that an older schema let in. All mistakes are returned, in the order of the fields.
    public func validate() -> [SpecError] {
        var errors = source.validate(at: "spec.source")
        if let targetRef { errors += targetRef.validate(at: "spec.targetRef") }
        errors += algorithm.validate(at: "spec.algorithm")
        errors += training.validate(at: "spec.training")
        errors += promotion.validate(at: "spec.promotion")
        errors += scaling.validate(at: "spec.scaling")
        if let output { errors += output.validate(at: "spec.output") }
        if targetRef == nil, scaling.mode == .apply {
            errors.append(
                SpecError(
                    .missingField, field: "spec.targetRef",
                    "scaling.mode is Apply, but there is nothing to scale: name a Deployment, or set mode to Off"
                )
            )
        }
        return errors
    }
}

extension TargetReference {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if name.isEmpty {
            errors.append(SpecError(.missingField, field: "\(path).name", "name the Deployment to scale"))
        }
        if kind != "Deployment" || apiVersion != "apps/v1" {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).kind",
                    "\(apiVersion) \(kind) cannot be scaled: only apps/v1 Deployments can"
                )
            )
        }
        return errors
    }
}

extension SourceSpec {
    func validate(at path: String) -> [SpecError] {
        switch (prometheus, csv) {
        case (nil, nil):
            return [SpecError(.missingField, field: path, "name one source: prometheus or csv")]
        case (_?, _?):
            return [
                SpecError(
                    .conflictingFields, field: path,
                    "two sources are named, prometheus and csv: a model has exactly one, so remove the other"
                )
            ]
        case (let prometheus?, nil): return prometheus.validate(at: "\(path).prometheus")
        case (nil, let csv?): return csv.validate(at: "\(path).csv")
        }
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
        return errors
    }
}

extension PrometheusSource {
    func validate(at path: String) -> [SpecError] {
        var errors = checkedURL(url, at: "\(path).url")
        if step.seconds < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).step", "must be at least 1s"))
        }
        if window <= step {
            errors.append(
                SpecError(.invalidValue, field: "\(path).window", "\(window) is not longer than the step of \(step)")
            )
        }
        if let auth {
            let hasUser = auth.username != nil || auth.password != nil
            if auth.bearerToken != nil, hasUser {
                errors.append(
                    SpecError(
                        .conflictingFields, field: "\(path).auth",
                        "a bearer token and a user name exclude each other: keep one way to log in"
                    )
                )
            } else if (auth.username == nil) != (auth.password == nil) {
                errors.append(
                    SpecError(.missingField, field: "\(path).auth", "username and password are needed together")
                )
            }
        }
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
