import Autoscaler
import Foundation
import KubernetesClient
import Playground
import TestServers
import Testing

@testable import Operator

/// The dashboard in a real browser.
@Suite(.serialized, .enabled(if: Browser.isInstalled))
struct DashboardTests {
    private func url(_ harness: OperatorHarness, _ path: String = "") -> String {
        "http://127.0.0.1:\(harness.port)/\(path)"
    }

    @Test func `a model is found in the list and opened, with its picture, its numbers and its versions`() async throws
    {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation != nil }
            try await Browser.with { browser in
                try await browser.open(url(harness))
                try await browser.wait("document.querySelector('#rows a')?.textContent === 'demo/shop'")
                let row = try await browser.text("#rows tr")
                #expect(row.contains("✓ RecommendOnly") && row.contains("Deployment shop") && row.contains("version 1"))
                #expect(try await browser.text("#tally").contains("1 all"))

                try await browser.type("nothing-like-it", into: "#find")
                try await browser.wait("!document.querySelector('#rows a')")
                #expect(try await browser.text("#more") == "No model is like that.")
                for _ in "nothing-like-it" { try await browser.type("\u{E003}", into: "#find") }
                try await browser.type("RecommendOnly SHOP", into: "#find")
                try await browser.wait("document.querySelector('#rows a')")

                try await browser.click("#rows a")
                try await browser.wait("document.querySelector('#picture').naturalWidth > 300")
                #expect(try await browser.value("location.hash") == "#/demo/shop")
                #expect(try await browser.text("#model-title") == "demo/shop")
                #expect(try await browser.text("#model-about").contains("recommending only"))
                #expect(try await browser.text("#conditions").contains("✓ Trained: InProduction"))
                let sizes = try await browser.text("#size-rows")
                let model = try await harness.model { $0.status?.recommendation != nil }
                let container = try #require(model.status?.recommendation?.containers.first)
                let cpu = try #require(container.target.requests?.cpu)
                #expect(sizes.contains("CPU request") && sizes.contains(cpu.description))
                #expect(sizes.contains(try #require(container.explanation?.cpuRequest)))
                #expect(try await browser.text("#version-rows").contains("1 serves"))
                #expect(try await browser.text("#windows [aria-pressed=true]") == "next day")

                let day = try await browser.value("document.querySelector('#picture').src")
                try await browser.click("#windows button:nth-child(2)")
                try await browser.wait("document.querySelector('#picture').src !== '\(day)'")
                #expect(try await browser.text("#windows [aria-pressed=true]") == "next week")
                // The numbers below stay those that the model sizes by.
                #expect(try await browser.text("#sizes-title") == "Requests and limits for the next day")
                #expect(
                    try await browser.text("#picture-why")
                        == "Its requests and limits are those that the next week would take; the model sizes by the next day."
                )
                // By keyboard one goes on from where one was, also when the page is drawn anew.
                try await browser.type("\u{E004}\u{E007}", into: "#windows button:nth-child(2)")
                try await browser.wait(
                    "document.querySelector('#windows [aria-pressed=true]').innerText === 'next month'")
                #expect(try await browser.value("document.activeElement.innerText") == "next month")
                try await browser.click("#windows button:nth-child(2)")
                try await browser.wait("document.querySelector('#picture').alt.includes('next week')")
                #expect(try await browser.value("document.querySelector('#picture').alt").contains("next week"))
                #expect(try await browser.log() == [])
            }
        }
    }

    @Test func `a model that is not trained yet says so, and text of the cluster stays text`() async throws {
        try await OperatorHarness.with { harness in
            let markup = "<img src=x onerror='window.hit=1'><script>window.hit=1</script>"
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.client.patch(
                ForecastModel.self, "shop", namespace: OperatorHarness.namespace,
                .merge(["metadata": ["annotations": ["presage.dev/retrain-at": .string(markup)]]]))
            _ = try await harness.model { $0.status?.conditions?["InvalidAnnotation"]?.status == .true }
            try await Browser.with { browser in
                try await browser.open(url(harness))
                try await browser.wait("document.querySelector('#rows a')")
                #expect(try await browser.text("#tally").contains("1 need attention"))
                try await browser.click("#rows a")
                try await browser.wait("document.querySelector('#picture-why').textContent")
                #expect(try await browser.text("#picture-why").contains("no version in production yet"))
                #expect(try await browser.text("#conditions").contains(markup))
                #expect(
                    try await browser.value("document.querySelectorAll('main img:not(#picture), main script').length")
                        == "0")
                #expect(try await browser.value("window.hit") == "undefined")
            }
        }
    }

    @Test func `a person logs in with a token, sees what it may, and logs out`() async throws {
        try await OperatorHarness.with(authorization: .webhook) { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await harness.createRoles()
            let everywhere = try await harness.token(for: "anna", role: "presage-view")
            let demo = try await harness.token(for: "ben", role: "presage-view", in: OperatorHarness.namespace)
            try await Browser.with { browser in
                try await browser.open(url(harness))
                try await browser.wait("!document.querySelector('#login').hidden")
                #expect(try await browser.value("document.activeElement.id") == "token")
                #expect(try await browser.text("#list, #model, #logout").isEmpty)

                try await browser.type("no token\u{E007}", into: "#token")
                try await browser.wait(
                    "document.querySelector('#login-why').textContent.startsWith('A token is one word')")
                try await browser.run("document.querySelector('#token').value = ''")
                try await browser.type("s3cret-wrong\u{E007}", into: "#token")
                try await browser.wait(
                    "document.querySelector('#login-why').textContent.includes('does not know this bearer token')")
                try await browser.type("\(demo)\u{E007}", into: "#token")
                try await browser.wait("!document.querySelector('#trouble').hidden")
                #expect(
                    try await browser.text("#trouble").contains(
                        "ben may not list forecastmodels.presage.dev in all namespaces"))
                try await browser.click("#logout")
                try await browser.wait("!document.querySelector('#login').hidden")
                try await browser.type(OperatorHarness.namespace, into: "#login-namespace")
                try await browser.type("\(demo)\u{E007}", into: "#token")
                try await browser.wait("document.querySelector('#rows a')?.textContent === 'demo/shop'")
                #expect(try await browser.value("location.hash") == "#/demo")

                try await browser.click("#logout")
                try await browser.wait("!document.querySelector('#login').hidden")
                try await browser.type("\(everywhere)\u{E007}", into: "#token")
                try await browser.wait("document.querySelector('#rows a')?.textContent === 'demo/shop'")
                try await browser.click("#rows a")
                try await browser.wait("document.querySelector('#picture').naturalWidth > 300")
                #expect(
                    try await browser.value("document.documentElement.outerHTML + location.href + document.cookie")
                        .contains(everywhere) == false)
                #expect(try await browser.value("localStorage.length") == "0")

                try await browser.click("#logout")
                try await browser.wait("!document.querySelector('#login').hidden")
                #expect(try await browser.value("sessionStorage.length") == "0")
                #expect(try await browser.value("document.querySelector('#picture').hasAttribute('src')") == "false")
                #expect(try await browser.text("#list, #model, #logout").isEmpty)
            }
        }
    }

    @Test func `what was seen stays while the operator is away, and goes on when it is back`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await Browser.with(width: 480, isDark: true) { browser in
                try await browser.open(url(harness))
                try await browser.wait("document.querySelector('#rows a')")
                await harness.stopOperator()
                try await browser.wait("!document.querySelector('#trouble').hidden")
                #expect(
                    try await browser.text("#trouble") == "The operator does not answer; what is shown is from before.")
                #expect(try await browser.text("#rows").contains("demo/shop"))
                await harness.restartOperator()
                try await browser.wait("document.querySelector('#trouble').hidden")
                // Nothing but tables is wider than a telephone's window.
                #expect(try await browser.value("document.documentElement.scrollWidth <= innerWidth") == "true")
            }
        }
    }

    @Test func `a template leads to its models, and they back to it`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(
                "team",
                spec: [
                    "targetRef": .null, "targetSelector": [:], "source": ["csv": ["path": "/$(target).csv"]],
                ])
            _ = try await harness.model("team") { $0.status?.template?.ready == 1 }
            try await Browser.with { browser in
                try await browser.open(url(harness))
                try await browser.wait("document.querySelectorAll('#rows a').length === 2")
                let rows = try await browser.text("#rows")
                #expect(rows.contains("✓ Template") && rows.contains("template of 1 model"), "\(rows)")
                // The template itself applies nothing.
                #expect(try await browser.text("#tally").contains("1 apply"))
                try await browser.open(url(harness, "#/demo/team"))
                try await browser.wait("document.querySelector('#model-about a')?.textContent === 'team-shop'")
                #expect(try await browser.value("String(document.querySelector('#forecast').hidden)") == "true")
                #expect(try await browser.text("#conditions").contains("1 of 1 Deployments that match"))
                try await browser.click("#model-about a")
                try await browser.wait("document.querySelector('#model-title').textContent === 'demo/team-shop'")
                try await browser.wait("document.querySelector('#model-about a')?.textContent === 'team'")
                #expect(try await browser.value("String(document.querySelector('#forecast').hidden)") == "false")
            }
        }
    }

    @Test func `a model that is gone, or never was, is told`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            try await Browser.with { browser in
                try await browser.open(url(harness, "#/demo/other"))
                try await browser.wait("!document.querySelector('#trouble').hidden")
                #expect(try await browser.text("#trouble") == "there is no ForecastModel demo/other")
                try await browser.click("header h1 a")
                try await browser.wait("document.querySelector('#more').textContent")
                #expect(try await browser.text("#more") == "There is no ForecastModel here yet.")
            }
        }
    }
}
