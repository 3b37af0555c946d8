import KubernetesClient

/// A kustomization that somebody wrote, and patches to enter in it line by line, so that comments and order stay.
struct KustomizationFile {
    let text: String
    let path: String
    private let paths: [String]
    private let entryCount: Int

    init(text: String, path: String) throws(PlanError) {
        self.text = text
        self.path = path
        let value: JSONValue
        do {
            value = try YAML.parseOne(text)
        } catch {
            throw PlanError(.invalidOutput, at: "\(path), line \(error.line)", "is not YAML: \(error.message)")
        }
        guard value.isNull || value.objectValue != nil else {
            throw PlanError(.invalidOutput, at: path, "is no kustomization; choose another --out folder")
        }
        let patches = value["patches"]
        guard patches == nil || patches?.isNull == true || patches?.arrayValue != nil else {
            throw PlanError(.invalidOutput, at: path, "patches: is no list; mend it first")
        }
        paths = (patches?.arrayValue ?? []).compactMap { $0["path"]?.stringValue }
        entryCount = patches?.arrayValue?.count ?? 0
    }

    /// The text with the patches that it lacks; nil where it has them all.
    ///
    /// - Throws: an error that says what to write by hand, where the lines cannot be placed safely.
    func adding(_ patches: [String]) throws(PlanError) -> String? {
        let missing = patches.filter { !paths.contains($0) && !paths.contains("./\($0)") }
        if missing.isEmpty { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let start = lines.firstIndex(where: { $0 == "patches:" || $0.hasPrefix("patches: #") }) {
            // As deep as the entries that follow, which may stand at the margin.
            let first = lines[(start + 1)...].first { $0.drop { $0 == " " }.hasPrefix("-") }
            let indent = entryCount > 0 ? first.map { String($0.prefix { $0 == " " }) } ?? "  " : "  "
            lines.insert(contentsOf: missing.map { "\(indent)- path: \($0)" }, at: start + 1)
        } else {
            while lines.last?.isEmpty == true { lines.removeLast() }
            lines += ["patches:"] + missing.map { "  - path: \($0)" } + [""]
        }
        let changed = lines.joined(separator: "\n")
        // Flow style, anchors or several documents defeat the editing above; what comes out must say what was meant.
        let entered = (try? YAML.parseOne(changed))?["patches"]?.arrayValue ?? []
        let found = entered.compactMap { $0["path"]?.stringValue }
        guard entered.count == entryCount + missing.count, missing.allSatisfy(found.contains) else {
            let entries = missing.map { "- path: \($0)" }.joined(separator: ", ")
            throw PlanError(
                .invalidOutput, at: path,
                "its patches are written in a way that cannot be extended; add by hand: \(entries)")
        }
        return changed
    }
}
