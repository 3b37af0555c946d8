import Foundation

/// A file that a Secret's entry is mounted at: a token, a password, a certificate.
enum SecretFile {
    /// The content without white space around it, which `kubectl create secret --from-file` takes along.
    ///
    /// - Parameters:
    ///   - path: where the entry is mounted; nil gives nil.
    ///   - field: the field of the API that refers to the Secret, for the error.
    /// - Throws: what is wrong with the file, never a part of what is in it.
    static func read(_ path: String?, field: String) throws(TrainingFailure) -> String? {
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw invalid("\(field): \(path) cannot be read; check that the Secret has the key it names")
        }
        guard let text = String(data: data, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines) else {
            throw invalid("\(field): the Secret's entry is not text (UTF-8); write the credential itself into it")
        }
        guard !text.isEmpty else {
            throw invalid("\(field): the Secret's entry is empty; write the credential into it")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw invalid("\(field): the Secret's entry has more than one line; write the credential alone into it")
        }
        return text
    }

    /// The path of a mounted certificate, checked to be there and to look like one; nil gives nil.
    ///
    /// - Parameter field: the field of the API that refers to the Secret, for the error.
    static func authority(_ path: String?, field: String) throws(TrainingFailure) -> String? {
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            String(decoding: data, as: UTF8.self).contains("-----BEGIN")
        else {
            throw invalid(
                "\(field): \(path) holds no certificate in PEM form; check that the Secret has the key it names")
        }
        return path
    }

    private static func invalid(_ message: String) -> TrainingFailure {
        TrainingFailure("InvalidCredential", message, stage: .validated)
    }
}
