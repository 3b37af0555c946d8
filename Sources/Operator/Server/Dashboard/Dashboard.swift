import HTTPTypes
import Hummingbird
import NIOCore

/// The dashboard: a page, a style sheet and a script, the same for everybody. All that it shows it asks the API for, with the token
/// that the person gives it (`designs/0012-dashboard.md`).
struct Dashboard: Sendable {
    private struct File: Sendable {
        let path: RouterPath
        let type: String
        let content: [UInt8]
    }

    private static let files = [
        File(path: "/", type: "text/html; charset=utf-8", content: PackageResources.index_html),
        File(path: "/dashboard.css", type: "text/css; charset=utf-8", content: PackageResources.dashboard_css),
        File(path: "/api.js", type: "text/javascript; charset=utf-8", content: PackageResources.api_js),
        File(path: "/elements.js", type: "text/javascript; charset=utf-8", content: PackageResources.elements_js),
        File(path: "/dashboard.js", type: "text/javascript; charset=utf-8", content: PackageResources.dashboard_js),
    ]

    func addRoutes(to router: Router<BasicRequestContext>) {
        for file in Self.files {
            let tag = EntityTag.of(file.content)
            let body = ByteBuffer(bytes: file.content)
            router.get(file.path) { request, _ in
                var response = Response.tagged(body, type: file.type, tag: tag, to: request)
                for field in Self.headers { response.headers[field.name] = field.value }
                return response
            }
        }
    }

    /// Nothing is loaded from elsewhere, no other page may show this one in a frame, and no text that comes from the cluster can
    /// become a script. Pictures are made by the script from what the API answers.
    private static let headers: HTTPFields = [
        .contentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        HTTPField.Name("Cross-Origin-Opener-Policy")!: "same-origin",
    ]
}
