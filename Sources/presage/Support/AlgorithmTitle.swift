import ForecastEngine

/// What a person calls the algorithm of a version.
enum AlgorithmTitle {
    /// `Prophet`, or for `Auto` with the parts it combines, the weightiest first: `Auto (ETS, Profile)`.
    static func text(_ recipes: [Recipe]) -> String {
        guard let name = recipes.first?.settings.name.rawValue else { return "none" }
        var weights: [String: Double] = [:]
        for member in recipes.flatMap({ $0.choices?.members ?? [] }) {
            weights[member.name.rawValue, default: 0] += member.weight
        }
        let parts = weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
        return parts.isEmpty ? name : "\(name) (\(parts.joined(separator: ", ")))"
    }
}
