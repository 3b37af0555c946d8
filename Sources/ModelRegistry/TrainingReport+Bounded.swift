import KubernetesClient

extension TrainingReport {
    /// Kubernetes keeps no more of a container's termination message.
    public static let maximumBytes = 4096

    /// The report as JSON of at most ``maximumBytes``: messages are shortened, the longest first.
    public func bounded() -> [UInt8] {
        var report = self
        var limit = 2048
        while limit >= 16 {
            report.message = Self.shortened(message, limit)
            report.stages = stages.map { stage in
                var stage = stage
                stage.message = Self.shortened(stage.message, limit / 2)
                return stage
            }
            if let json = try? JSONValue(encoding: report).serialized(), json.count <= Self.maximumBytes { return json }
            limit /= 2
        }
        report.stages = []
        return (try? JSONValue(encoding: report).serialized()) ?? []
    }

    private static func shortened(_ text: String, _ limit: Int) -> String {
        text.utf8.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
    }
}
