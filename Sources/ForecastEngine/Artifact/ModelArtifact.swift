/// Trained models as bytes, to be stored and read back by this and every later version.
///
/// The format is described in `docs/artifact-format.md`: a magic, a version, the payload and its checksum.
public struct ModelArtifact: Sendable, Codable {
    /// One model a series.
    public var models: [TrainedModel]
    /// What the writer wants to remember, such as the image that trained.
    public var metadata: [String: String]

    /// Creates an artifact.
    public init(models: [TrainedModel], metadata: [String: String] = [:]) {
        self.models = models
        self.metadata = metadata
    }

    /// The format that `encode()` writes; every earlier one can be read.
    public static let version: UInt16 = 1

    static let magic: [UInt8] = Array("PRSG".utf8)

    /// The bytes of the artifact; equal artifacts have equal bytes.
    public func encode() throws(ForecastError) -> [UInt8] {
        var writer = BinaryWriter()
        do {
            writer.write(try BinaryEncoder().encode(self))
        } catch {
            throw ForecastError(.unsupported, "The model cannot be stored: \(error).")
        }
        let head =
            Self.magic + [
                UInt8(truncatingIfNeeded: Self.version), UInt8(truncatingIfNeeded: Self.version >> 8),
            ]
        let checksum = Self.checksum(writer.bytes[...])
        return head + writer.bytes + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    /// Reads what `encode()` wrote.
    /// - Throws: `corruptArtifact` or `unsupportedVersion`; never a crash, whatever the bytes.
    public init(decoding bytes: [UInt8]) throws(ForecastError) {
        let head = Self.magic.count + 2
        guard bytes.count >= head + 8, bytes.starts(with: Self.magic) else {
            throw ForecastError(
                .corruptArtifact, "These \(bytes.count) bytes are not a Presage artifact.")
        }
        let version = UInt16(bytes[4]) | UInt16(bytes[5]) << 8
        guard version >= 1, version <= Self.version else {
            throw ForecastError(
                .unsupportedVersion,
                "The artifact has format \(version); this build reads 1 to \(Self.version). Use a newer Presage."
            )
        }
        let payload = bytes[head..<(bytes.count - 8)]
        let stored = bytes.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard stored == Self.checksum(payload) else {
            throw ForecastError(
                .corruptArtifact, "The artifact's checksum is wrong: it was changed or cut short.")
        }
        self = try Self.decode(payload)
    }

    /// Reads a payload whose checksum is right, which does not mean that this build wrote it.
    static func decode(_ payload: ArraySlice<UInt8>) throws(ForecastError) -> ModelArtifact {
        var reader = BinaryReader(payload)
        let value = try reader.readAll()
        do {
            let artifact = try BinaryDecoder().decode(ModelArtifact.self, from: value)
            for model in artifact.models {
                guard let flaw = model.flaw else { continue }
                throw ForecastError(
                    .corruptArtifact,
                    "The artifact's model of series '\(model.seriesID)' is unsound: \(flaw). Train it again.")
            }
            return artifact
        } catch let error as ForecastError {
            throw error
        } catch {
            throw ForecastError(.corruptArtifact, "The artifact's content is not a model: \(error).")
        }
    }

    /// FNV-1a of 64 bits: it finds accidents; digests against tampering are the registry's.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
