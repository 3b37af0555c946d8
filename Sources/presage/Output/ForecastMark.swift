import Foundation
import HTTPTransport
import ObjectStore

/// Which decision the forecasts in a place are of: what a pod that comes late must not go back before.
struct ForecastMark: Sendable, Hashable, Codable {
    var modelUID: String
    var sequence: Int

    init(_ labels: ForecastLabels) {
        modelUID = labels.modelUID
        sequence = labels.sequence
    }

    /// Whether it is a later decision than `labels` are of. Those of a model that was deleted and made again begin at 1, and
    /// cannot be compared with the old one's.
    func isNewer(than labels: ForecastLabels) -> Bool { modelUID == labels.modelUID && sequence > labels.sequence }
}

extension ForecastMark {
    private static let modelName = "presage-model-uid"
    private static let sequenceName = "presage-sequence"

    /// As an object has it beside it.
    var metadata: [String: String] { [Self.modelName: modelUID, Self.sequenceName: String(sequence)] }

    /// Reads an object's headers; nil where it is not of Presage.
    init?(headers: HTTPHeaders) {
        guard let uid = headers[S3Client.metadataPrefix + Self.modelName],
            let sequence = headers[S3Client.metadataPrefix + Self.sequenceName].flatMap({ Int($0) })
        else { return nil }
        self.modelUID = uid
        self.sequence = sequence
    }
}
