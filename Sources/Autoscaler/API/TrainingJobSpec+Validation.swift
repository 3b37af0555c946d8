extension TrainingJobSpec {
    /// Checks what the types cannot say. What is left out is taken from the model, which is checked by itself.
    public func validate() -> [SpecError] {
        var errors: [SpecError] = []
        if modelRef.name.isEmpty {
            errors.append(SpecError(.missingField, field: "spec.modelRef.name", "name the ForecastModel to train"))
        }
        if let source { errors += source.validate(at: "spec.source") }
        if let algorithm { errors += algorithm.validate(at: "spec.algorithm") }
        if let pod { errors += pod.validate(at: "spec.pod") }
        if refresh == true, algorithm != nil {
            errors.append(
                SpecError(
                    .conflictingFields, field: "spec.algorithm",
                    "a refresh fits the recipe in production again and puts up no other: leave algorithm out"))
        }
        return errors
    }
}
