/// The members of the Theta family in statsforecast's names.
///
/// Sources: V. Assimakopoulos and K. Nikolopoulos, "The theta model: a decomposition approach to forecasting",
/// International Journal of Forecasting 16 (2000); J. A. Fiorucci et al., "Models for optimising the theta method and
/// their relationship to state space models", International Journal of Forecasting 32 (2016).
enum ThetaKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The standard method: θ is 2.
    case standard = "STM"
    /// θ is estimated.
    case optimized = "OTM"
    /// θ is 2, and the line is fitted anew after each observation.
    case dynamicStandard = "DSTM"
    /// θ is estimated, and the line is fitted anew after each observation.
    case dynamicOptimized = "DOTM"

    /// Whether θ is a parameter.
    var optimizesTheta: Bool { self == .optimized || self == .dynamicOptimized }
    /// Whether the line moves with the data.
    var isDynamic: Bool { self == .dynamicStandard || self == .dynamicOptimized }
}
