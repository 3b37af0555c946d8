import Autoscaler
import Foundation
import KubernetesClient
import Playground
import TestServers
import Testing

@testable import Operator

/// The dashboard for people who hear it, use a keyboard alone, enlarge it, or see little contrast (WCAG 2.2, level AA).
@Suite(.serialized, .enabled(if: Browser.isInstalled))
struct DashboardAccessTests {
    /// Opens the page of a trained model and of the list, one after the other.
    private func withPages(_ body: (OperatorHarness, Browser, String) async throws -> Void) async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation != nil }
            // One that needs attention, and one that waits: all the colors are there.
            try await harness.createModel("waits", spec: ["targetRef": .null, "scaling": [:]])
            try await harness.createModel("wrong", spec: ["targetRef": .null, "scaling": [:]])
            try await harness.patchModel(["metadata": ["annotations": ["presage.dev/retrain-at": "soon"]]], of: "wrong")
            _ = try await harness.model("wrong") { $0.status?.conditions?["InvalidAnnotation"]?.status == .true }
            _ = try await harness.model("waits") { $0.status?.conditions?["Trained"] != nil }
            try await Browser.with { browser in
                let page = "http://127.0.0.1:\(harness.port)/"
                try await browser.open(page)
                try await browser.wait("document.querySelectorAll('#rows a').length === 3")
                try await body(harness, browser, "the list")
                for name in ["shop", "wrong"] {
                    try await browser.open("\(page)#/demo/\(name)")
                    try await browser.wait(
                        "document.querySelector('#model-title').textContent === 'demo/\(name)' && (document.querySelector('#picture').naturalWidth > 0 || document.querySelector('#picture-why').textContent)"
                    )
                    try await body(harness, browser, name)
                }
            }
        }
    }

    @Test func `whatever can be reached has a name for who hears the page`() async throws {
        try await withPages { _, browser, page in
            let nodes = try await browser.accessibilityTree()
            #expect(nodes.count > 20, "\(page)")
            for node in nodes where node.isFocusable {
                #expect(!node.name.isEmpty, "\(page): \(node.role) without a name")
            }
            for role in ["image", "table", "navigation", "heading", "columnheader", "rowheader"] {
                for node in nodes where node.role == role {
                    #expect(!node.name.isEmpty, "\(page): \(role) without a name")
                }
            }
            let roles = Set(nodes.map(\.role))
            // A narrow window must not make a table anything else.
            #expect(roles.isSuperset(of: ["main", "banner", "heading"]), "\(page): \(roles)")
            if page != "wrong" {
                #expect(roles.isSuperset(of: ["table", "columnheader", "cell"]), "\(page): \(roles)")
            }
            try await browser.resize(width: 640)
            #expect(Set(try await browser.accessibilityTree().map(\.role)) == roles, "\(page)")
            try await browser.resize(width: 1280)
        }
    }

    @Test func `every text can be told from its ground, light and dark`() async throws {
        // What is drawn behind a text is the first ground of its own or around it; ratios as of WCAG 2.2, 1.4.3 and 1.4.11.
        let script = """
            (() => {
              const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
              const light = (color) => channels(color).slice(0, 3).map((c) => c / 255)
                .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
              const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
              const ground = (e) => {
                for (; e; e = e.parentElement) {
                  const color = getComputedStyle(e).backgroundColor;
                  if (channels(color)[3] !== 0) return color;
                }
                return "rgb(255, 255, 255)";
              };
              const poor = [];
              let seen = 0;
              for (const e of document.querySelectorAll("body *")) {
                if (!e.checkVisibility()) continue;
                const style = getComputedStyle(e);
                const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
                const tell = (what, value, least) => {
                  seen += 1;
                  if (!(value >= least)) poor.push(`${e.tagName} ${what} ${value.toFixed(2)}: ${e.textContent.slice(0, 30)}`);
                };
                if (own || e.tagName === "INPUT") tell("text", ratio(style.color, ground(e)), 4.5);
                if (e.tagName === "INPUT") {
                  tell("placeholder", ratio(getComputedStyle(e, "::placeholder").color, ground(e)), 4.5);
                  tell("edge", ratio(style.borderTopColor, ground(e.parentElement)), 3);
                }
              }
              return JSON.stringify({ seen, poor });
            })()
            """
        try await withPages { _, browser, page in
            for isDark in [false, true] {
                try await browser.prefer(dark: isDark)
                try await browser.wait("matchMedia('(prefers-color-scheme: dark)').matches === \(isDark)")
                let found = try JSONValue(parsing: try await browser.value(script))
                #expect(found["poor"] == [], "\(page), dark \(isDark)")
                #expect((found["seen"]?.intValue ?? 0) > 15, "\(page)")
            }
        }
    }

    @Test func `letters twice and four times as large fit, and what is clicked is large enough`() async throws {
        try await withPages { _, browser, page in
            for width in [640, 320] {
                try await browser.resize(width: width)
                #expect(
                    try await browser.value("document.documentElement.scrollWidth <= innerWidth") == "true",
                    "\(page) at \(width)")
                // A table is moved to be read, not squeezed to a word a line.
                let squeezed = try await browser.value(
                    "[...document.querySelectorAll('td.message')].filter((e) => e.checkVisibility() && e.textContent.length > 40 && e.offsetWidth < 250).length"
                )
                #expect(squeezed == "0", "\(page) at \(width)")
            }
            try await browser.resize(width: 1280)
            let small = try await browser.value(
                "[...document.querySelectorAll('button, input')].filter((e) => e.checkVisibility()).filter((e) => e.offsetWidth < 24 || e.offsetHeight < 24).length"
            )
            #expect(small == "0", "\(page)")
            // What moves would have to stop for who prefers that nothing does.
            let moving = try await browser.value("document.getAnimations().length")
            #expect(moving == "0", "\(page)")
        }
    }

    @Test func `all of it can be done by keyboard, and one stays where one was`() async throws {
        try await OperatorHarness.with { harness in
            for name in ["anna", "ben"] {
                try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]])
            }
            try await Browser.with { browser in
                try await browser.open("http://127.0.0.1:\(harness.port)/")
                try await browser.wait("document.querySelectorAll('#rows a').length === 2")
                func reached() async throws -> String {
                    try await browser.value("document.activeElement.textContent.trim() || document.activeElement.id")
                }
                var stops: [String] = []
                for _ in 0..<12 where stops.last != "demo/ben" {
                    try await browser.press("\u{E004}")
                    stops.append(try await reached())
                    // One sees where one is.
                    #expect(
                        try await browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none",
                        "\(stops)")
                }
                #expect(
                    stops.starts(with: ["Presage"]) && stops.contains("find") && stops.last == "demo/ben", "\(stops)")
                // Another row comes before it: the same link stays reached.
                try await harness.patchModel(
                    ["metadata": ["annotations": ["presage.dev/retrain-at": "soon"]]], of: "anna")
                try await browser.wait(
                    "document.querySelector('#rows tr').innerText.includes('InvalidTime')", seconds: 30)
                #expect(try await reached() == "demo/ben")
                // What is opened is what one goes on from.
                try await browser.press("\u{E007}")
                try await browser.wait("document.activeElement.id === 'model-title'")
                #expect(try await reached() == "demo/ben")
                try await browser.run("history.back()")
                try await browser.wait(
                    "document.querySelectorAll('#rows a').length === 2 && !document.querySelector('#list').hidden")
                try await browser.wait("document.activeElement.id === 'list-title'")
            }
        }
    }
}
