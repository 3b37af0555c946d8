import KubernetesClient

extension Operator {
    /// Asks the cluster for what the operator cannot do without, before anything runs.
    ///
    /// - Throws: an error that says what is wrong: an address that does not answer, a token that is not accepted, a
    ///   certificate that does not verify, custom resources that are not installed, a question that it may not ask.
    public func checkAccess() async throws {
        do {
            _ = try await client.list(ForecastModel.self, namespace: namespace, options: ListOptions(limit: 1))
            _ = try await client.list(TrainingJob.self, namespace: namespace, options: ListOptions(limit: 1))
        } catch let error as KubernetesError where error.isNotFound {
            throw OperatorError(
                .invalidConfiguration,
                "the custom resources of presage.dev are not installed in this cluster; run kubectl apply -f crds/ first"
            )
        }
        try await reviews?.check()
    }
}
