import HTTPTransport
import Testing

@testable import ModelRegistry

struct MLflowConfigurationTests {
    @Test func `without an address nothing is written`() throws {
        #expect(try MLflowConfiguration(environment: [:]) == nil)
        #expect(try MLflowConfiguration(environment: ["MLFLOW_TRACKING_URI": "  "]) == nil)
    }

    @Test func `the variables are those of MLflow's own client`() throws {
        let configuration = try #require(
            try MLflowConfiguration(environment: [
                "MLFLOW_TRACKING_URI": "https://mlflow.example/base/", "MLFLOW_EXPERIMENT_NAME": "capacity",
                "MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "secret",
                "MLFLOW_TRACKING_SERVER_CERT_PATH": "/etc/ca.pem", "MLFLOW_HTTP_REQUEST_TIMEOUT": "7",
            ]))
        #expect(configuration.url == "https://mlflow.example/base")
        #expect(configuration.experiment == "capacity")
        #expect(configuration.authorization == "Basic YW5uOnNlY3JldA==")
        #expect(configuration.tls.certificateAuthority == .file("/etc/ca.pem"))
        #expect(configuration.timeout == .seconds(7))
        #expect(!"\(configuration)".contains("secret"))
    }

    @Test func `a token goes before a password`() throws {
        let configuration = try MLflowConfiguration(environment: [
            "MLFLOW_TRACKING_URI": "http://mlflow", "MLFLOW_TRACKING_TOKEN": "abc", "MLFLOW_TRACKING_USERNAME": "ann",
        ])
        #expect(configuration?.authorization == "Bearer abc")
    }

    @Test(arguments: [
        (["MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"], "http://"),
        (["MLFLOW_TRACKING_URI": "http://ann:secret@mlflow"], "MLFLOW_TRACKING_USERNAME"),
        (["MLFLOW_TRACKING_URI": "http://mlflow", "MLFLOW_TRACKING_USERNAME": "ann"], "MLFLOW_TRACKING_PASSWORD"),
        (
            ["MLFLOW_TRACKING_URI": "http://mlflow", "MLFLOW_HTTP_REQUEST_TIMEOUT": "soon"],
            "MLFLOW_HTTP_REQUEST_TIMEOUT"
        ),
    ])
    func `what cannot be used is told by its variable`(environment: [String: String], says: String) throws {
        let error = #expect(throws: MLflowError.self) { try MLflowConfiguration(environment: environment) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(says) == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(
        arguments: [
            ("mlflow-artifacts:/1/abc/artifacts", "1/abc/artifacts"),
            ("mlflow-artifacts://host:5000/1/abc/artifacts", "1/abc/artifacts"), ("s3://bucket/1/abc/artifacts", nil),
        ] as [(String, String?)])
    func `files go through the server where it takes them`(uri: String, path: String?) {
        #expect(MLflowClient.proxiedPath(uri) == path)
    }

    @Test(arguments: [
        (404, #"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"}"#, MLflowError.Code.notFound),
        (400, #"{"error_code":"RESOURCE_ALREADY_EXISTS","message":"there"}"#, .alreadyExists),
        (400, #"{"error_code":"INVALID_PARAMETER_VALUE","message":"bad"}"#, .rejected),
        (401, "You are not authenticated", .unauthorized), (403, "{}", .unauthorized), (503, "busy", .serverFailed),
    ])
    func `an answer of an error's status is told apart`(status: Int, body: String, code: MLflowError.Code) {
        #expect(MLflowClient.error(status, Array(body.utf8), what: "GET runs/get").code == code)
    }
}
