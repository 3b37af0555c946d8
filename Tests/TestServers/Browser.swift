public import Foundation
import HTTPTransport

/// A real browser without a window: Chromium, steered by ChromeDriver over WebDriver (W3C). Gone after `with`.
public struct Browser: Sendable {
    /// Where its WebDriver session answers.
    private let session: URL

    /// Whether it can be started here.
    public static var isInstalled: Bool {
        TestServer.program("chromedriver") != nil && TestServer.program("chromium") != nil
    }

    /// Starts a browser with a profile of its own, runs `body` and ends it.
    ///
    /// - Parameter isDark: whether the person prefers dark pages.
    public static func with(
        width: Int = 1280, height: Int = 1000, isDark: Bool = false, _ body: (Browser) async throws -> Void
    ) async throws {
        guard let driver = TestServer.program("chromedriver"), let chromium = TestServer.program("chromium") else {
            throw TestServer.Failure(description: "Chromium is not installed")
        }
        try await TestServer.running(
            driver, arguments: { port, _ in ["--port=\(port)", "--allowed-ips=127.0.0.1"] }
        ) { port, folder in
            var arguments = [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--window-size=\(width),\(height)", "--user-data-dir=\(folder.appending(path: "profile").path)",
            ]
            if isDark { arguments.append("--force-dark-mode") }
            let options: [String: Any] = ["binary": chromium.path, "args": arguments]
            let driver = Browser(session: URL(string: "http://127.0.0.1:\(port)")!)
            let started = try await driver.command(
                "POST", "session",
                [
                    "capabilities": [
                        "alwaysMatch": ["goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"]]
                    ]
                ])
            guard let id = (started as? [String: Any])?["sessionId"] as? String else {
                throw TestServer.Failure(description: "ChromeDriver gave no session: \(started ?? "nothing")")
            }
            let browser = Browser(session: driver.session.appending(path: "session/\(id)"))
            let ended: Result<Void, any Error>
            do {
                ended = .success(try await body(browser))
            } catch {
                ended = .failure(error)
            }
            // The driver ends the browser with its session; it takes no other hint.
            _ = try? await browser.command("DELETE", "")
            try ended.get()
        }
    }

    /// Opens a page, and waits until it has loaded.
    public func open(_ address: String) async throws { _ = try await command("POST", "url", ["url": address]) }

    /// The value of a JavaScript expression on the page, as a string.
    public func value(_ expression: String) async throws -> String {
        let value = try await command(
            "POST", "execute/sync", ["script": "return String(\(expression))", "args": [Any]()])
        return value as? String ?? ""
    }

    /// Runs a JavaScript statement on the page.
    public func run(_ statement: String) async throws {
        _ = try await command("POST", "execute/sync", ["script": statement, "args": [Any]()])
    }

    /// What a person sees of the elements that a CSS selector finds, a line each; what is hidden is left out.
    public func text(_ selector: String) async throws -> String {
        try await value(
            "[...document.querySelectorAll('\(selector)')].filter((e) => e.checkVisibility()).map((e) => e.innerText).filter((t) => t).join('\\n')"
        )
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// - Throws: what the page says then, where it is not within `seconds`.
    public func wait(_ expression: String, seconds: Int = 30) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if try await value("Boolean(\(expression))") == "true" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestServer.Failure(
            description:
                "the page was never so that \(expression); it says: \(try await text("body")); log: \(try await log())")
    }

    /// Clicks on the first element that a CSS selector finds, as a person does: one that is covered or hidden cannot be.
    public func click(_ selector: String) async throws {
        _ = try await command("POST", "element/\(try await element(selector))/click", [:])
    }

    /// Types into the first element that a CSS selector finds; `\u{E007}` is the Enter key.
    public func type(_ text: String, into selector: String) async throws {
        _ = try await command("POST", "element/\(try await element(selector))/value", ["text": text])
    }

    /// What a screen reader is told of the page: its nodes that are not ignored, each with its role and its name.
    public func accessibilityTree() async throws -> [(role: String, name: String, isFocusable: Bool)] {
        let tree = try await devTools("Accessibility.getFullAXTree") as? [String: Any]
        return (tree?["nodes"] as? [[String: Any]] ?? []).filter { $0["ignored"] as? Bool != true }.map { node in
            func value(_ field: String) -> String { (node[field] as? [String: Any])?["value"] as? String ?? "" }
            let isFocusable = (node["properties"] as? [[String: Any]] ?? []).contains { property in
                property["name"] as? String == "focusable"
                    && (property["value"] as? [String: Any])?["value"] as? Bool == true
            }
            return (value("role"), value("name"), isFocusable)
        }
    }

    /// Shows the page as a window of so many pixels would: half of a window's is what a person sees who has doubled the letters.
    public func resize(width: Int, height: Int = 1000) async throws {
        _ = try await devTools(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
    }

    /// Shows the pages that are opened from now on to somebody whose clock is wrong.
    public func setClock(aheadBy seconds: Int) async throws {
        let script = """
            (() => {
              const True = Date;
              globalThis.Date = class Date extends True {
                constructor(...parts) { parts.length ? super(...parts) : super(Date.now()); }
                static now() { return True.now() + \(seconds) * 1000; }
              };
            })()
            """
        _ = try await devTools("Page.addScriptToEvaluateOnNewDocument", ["source": script])
    }

    /// Shows the page to somebody who prefers dark pages, or light ones.
    public func prefer(dark: Bool) async throws {
        let feature: [String: Any] = ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]
        _ = try await devTools("Emulation.setEmulatedMedia", ["features": [feature]])
    }

    /// Types as a person at a keyboard does, into whatever is reached by it; `\u{E004}` is the Tab key.
    public func press(_ keys: String) async throws {
        let actions: [[String: Any]] = keys.flatMap { key -> [[String: Any]] in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        _ = try await command(
            "POST", "actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions] as [String: Any]]])
    }

    /// A command of the DevTools protocol.
    private func devTools(_ name: String, _ parameters: [String: Any] = [:]) async throws -> Any? {
        try await command("POST", "goog/cdp/execute", ["cmd": name, "params": parameters])
    }

    /// The page as PNG, as far as the window shows it.
    public func screenshot() async throws -> Data {
        let text = try await command("GET", "screenshot") as? String
        return Data(base64Encoded: text ?? "") ?? Data()
    }

    /// What the browser's console has said since it was last asked: errors of scripts, refused content, failed requests.
    public func log() async throws -> [String] {
        let entries = try await command("POST", "se/log", ["type": "browser"]) as? [[String: Any]]
        return (entries ?? []).compactMap { $0["message"] as? String }
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await command("POST", "element", ["using": "css selector", "value": selector])
        guard let id = (found as? [String: Any])?.values.first as? String else {
            throw TestServer.Failure(description: "ChromeDriver found \(found ?? "nothing") for \(selector)")
        }
        return id
    }

    /// Sends a command of WebDriver; returns its `value`.
    private func command(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any? {
        // Foundation's client does not understand the driver's headers.
        let url = path.isEmpty ? session : session.appending(path: path)
        let (status, _, bytes) = try await HTTPClient().fetch(
            HTTPRequest(
                method: method, url: url.absoluteString, headers: ["Content-Type": "application/json"],
                body: try body.map { .bytes([UInt8](try JSONSerialization.data(withJSONObject: $0))) } ?? .none,
                timeouts: HTTPTimeouts(total: .seconds(60))))
        let said = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? [String: Any]
        guard status == 200 else {
            let message = (said?["value"] as? [String: Any])?["message"] as? String
            throw TestServer.Failure(
                description: "ChromeDriver: \(method) \(path): \(message ?? String(decoding: bytes, as: UTF8.self))")
        }
        return said?["value"]
    }
}
