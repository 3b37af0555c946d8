import ModelRegistry

/// A part of a document that names files, by paths relative to the document's folder.
protocol MountedFiles {
    /// Where the paths stand.
    static var files: [WritableKeyPath<Self, String?>] { get }
}

extension MountedFiles {
    /// The same with absolute paths.
    func resolved(_ resolve: (String) -> String) -> Self {
        var part = self
        for file in Self.files { part[keyPath: file] = self[keyPath: file].map(resolve) }
        return part
    }
}

extension TrainingRun.Prometheus: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] {
        [
            \.tokenFile, \.usernameFile, \.passwordFile, \.accessKeyIDFile, \.secretAccessKeyFile, \.sessionTokenFile,
            \.caFile,
        ]
    }
}

extension TrainingRun.HTTPAccess: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] { [\.tokenFile, \.usernameFile, \.passwordFile, \.caFile] }
}

extension TrainingRun.PostgreSQL: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] { [\.usernameFile, \.passwordFile, \.caFile] }
}

extension TrainingRun.S3: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] {
        [\.accessKeyIDFile, \.secretAccessKeyFile, \.sessionTokenFile, \.caFile]
    }
}

extension TrainingRun.Objects: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] {
        [\.accessKeyIDFile, \.secretAccessKeyFile, \.sessionTokenFile, \.caFile]
    }
}

extension ForecastWriteRun.PostgreSQL: MountedFiles {
    static var files: [WritableKeyPath<Self, String?>] { [\.usernameFile, \.passwordFile, \.caFile] }
}
