import Foundation
import FoundationNetworking
import KubernetesClient
import Playground

extension OperatorHarness {
    /// What `kubectl get -o wide` prints of an object: a text for each column, empty where the object has nothing for it.
    func printed(_ plural: String, _ name: String) async throws -> [String: String] {
        let path = "/apis/presage.dev/v1alpha1/namespaces/\(Self.namespace)/\(plural)/\(name)"
        guard let url = URL(string: playground.url + path) else { throw WaitedInVain(what: "an address of \(name)") }
        var request = URLRequest(url: url)
        // What kubectl asks for: the server makes the table, by the additionalPrinterColumns of the definition.
        request.setValue("application/json;as=Table;v=v1;g=meta.k8s.io", forHTTPHeaderField: "Accept")
        let table = try JSONValue(parsing: try await URLSession.shared.data(for: request).0)
        let names = table["columnDefinitions"]?.arrayValue?.map { $0["name"]?.stringValue ?? "" } ?? []
        let cells = table["rows", 0, "cells"]?.arrayValue ?? []
        guard !names.isEmpty, names.count == cells.count else { throw WaitedInVain(what: "a table: \(table)") }
        let texts = cells.map { $0 == .null ? "" : $0.stringValue ?? $0.description }
        return Dictionary(zip(names, texts)) { first, _ in first }
    }
}
