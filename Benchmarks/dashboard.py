#!/usr/bin/env python3
"""The dashboard's list of thousands of models, in a real browser.

    Benchmarks/dashboard.py --presage .build/release/presage [--models 10000]

The API server here is a stand-in that only lists: models with statuses as large as those of a sized Deployment, every
twentieth with something wrong, and a Lease that another holds, so that the operator serves and decides nothing. Chromium
is steered by ChromeDriver. Printed are: the time until the first rows are there; the time from the first key of a search until its
row stands alone; one look more, as the page takes every ten seconds; each with the bytes that came, the longest
task of the page's main thread and the operator's processor time. Then the page's memory, after its garbage is collected, and that
of its process. Needs Python's standard library, chromium and chromedriver.
"""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import standin
from scale import Process

PAGE = "http://127.0.0.1:18080/"
CONDITIONS = [
    ("Ready", "True", "Accepted", "the specification is valid, and the model is being reconciled"),
    ("Trained", "True", "InProduction", "version 3 (Auto) serves since 2026-11-20T02:11:00Z; the next training is on schedule"),
    ("HistoryAvailable", "True", "Fresh", "the history ends at 2026-11-23T09:55:00Z, and all of it was read"),
    ("LowConfidence", "False", "Confident", "no worse than seasonal naive on the holdout: 11.32% against 17.04%"),
    ("TrainingHealthy", "True", "Succeeded", "the newest training refreshed version 3"),
    ("Scaled", "True", "UpToDate", "the target has the recommended numbers"),
]
WHY = ("80% of 412m: the upper quantile (0.9) of the largest value within a day from 2026-11-23T10:00:00Z on, from 1000 simulated "
       "futures, calibrated on 21 past days; of 3 pods together 1.03 cores, the busiest with 1.20 of the mean")


def stored(index):
    """A model with its status, as a server gives it."""
    name, failing = f"service-{index:05}", index % 20 == 0
    conditions = [
        {"type": kind, "status": "False" if failing and kind == "Scaled" else status,
         "reason": "FieldConflict" if failing and kind == "Scaled" else reason, "message": message,
         "observedGeneration": 1, "lastTransitionTime": "2026-11-23T08:00:00Z"}
        for kind, status, reason, message in CONDITIONS]
    containers = [
        {"name": each, "target": {"requests": {"cpu": f"{300 + index % 500}m", "memory": "700Mi"},
                                  "limits": {"cpu": "640m", "memory": "900Mi"}},
         "explanation": {"cpuRequest": WHY, "cpuLimit": WHY, "memoryRequest": WHY, "memoryLimit": WHY}}
        for each in ("app", "proxy")]
    history = [{"time": f"2026-11-{day:02}T02:11:00Z", "type": "Refreshed", "version": 3,
                "message": "11.32% is lower than the challenger's 12.07%"} for day in range(13, 23)]
    return {
        "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
        "metadata": {"name": name, "namespace": f"team-{index % 40:02}", "uid": f"00000000-0000-0000-0000-{index:012}",
                     "resourceVersion": str(index + 1), "generation": 1, "creationTimestamp": "2026-11-01T08:00:00Z"},
        "spec": {"targetRef": {"name": name}, "horizon": "Day", "scaling": {"mode": "Apply" if index % 3 else "Recommend"},
                 "source": {"prometheus": {"url": "http://prometheus.invalid:9090"}}},
        "status": {
            "observedGeneration": 1, "conditions": conditions, "history": history,
            "production": {"version": 3, "revision": 2, "algorithm": "Auto (Profile, Prophet, MSTL)", "smape": 11.32,
                           "baselineSmape": 17.04, "trainedAt": "2026-11-23T02:11:00Z", "artifact": f"{name}-artifact"},
            "recommendation": {"time": "2026-11-23T10:00:00Z", "containers": containers}},
    }


class Models(standin.Handler):
    """Lists the models and nothing else; somebody else leads for ever."""

    def do_GET(self):
        if "/leases/" not in self.path:
            return super().do_GET()
        self.answer({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "presage-operator", "namespace": "default", "resourceVersion": "1", "uid": "l"},
            "spec": {"holderIdentity": "another", "leaseDurationSeconds": 1_000_000,
                     "renewTime": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())}})

    def listed(self, path):
        return self.server.models if path.endswith("/forecastmodels") else []


class Browser:
    """Chromium with one page, through ChromeDriver."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/status")
                break
            except OSError:
                time.sleep(0.05)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1000",
                     f"--user-data-dir={folder}/profile"]
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}})
        self.url += f"/session/{session['sessionId']}"
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source="""
            window.tasks = [];
            new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
              .observe({ entryTypes: ["longtask"] });
            performance.setResourceTimingBufferSize(10000);
            new MutationObserver(() => {
              if (!window.first && document.querySelector("#rows a")) window.first = performance.now();
            }).observe(document, { childList: true, subtree: true });""")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=body is not None and json.dumps(body).encode() or None,
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.loads(answer.read())["value"]

    def cdp(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def value(self, expression):
        return self.call("POST", "/execute/sync", {"script": f"return {expression}", "args": []})

    def wait(self, expression):
        end = time.monotonic() + 240
        while not self.value(expression):
            if time.monotonic() > end:
                raise SystemExit(f"the page was never so that {expression}: {self.value('document.body.innerText')[:500]}")
            time.sleep(0.01)

    def type(self, text, selector):
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        self.call("POST", f"/element/{next(iter(found.values()))}/value", {"text": text})

    def stop(self):
        self.call("DELETE", "")
        self.driver.terminate()
        self.driver.wait(10)

    def renderer(self):
        """The resident memory of the largest renderer, MiB."""
        largest = 0
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text()
                if "--type=renderer" in command and self.is_mine(folder):
                    found = re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())
                    largest = max(largest, int(found[1]) / 1024 if found else 0)
            except OSError:
                continue
        return largest

    def is_mine(self, folder):
        pid = int(folder.name)
        while pid > 1:
            if pid == self.driver.pid:
                return True
            pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        return False


class Watch:
    """What a step of the page costs, from its beginning on."""

    def __init__(self, browser, operator, is_new=False):
        self.browser, self.operator = browser, operator
        self.seconds, self.began = operator.seconds(), time.monotonic()
        self.tasks, self.bytes = (0, 0) if is_new else (browser.value("tasks.length"), self.received())

    def received(self):
        return self.browser.value("performance.getEntriesByType('resource').reduce((s, e) => s + e.transferSize, 0)")

    def tell(self, name, took=None):
        took = took if took is not None else (time.monotonic() - self.began) * 1000
        longest = self.browser.value(f"Math.max(0, ...tasks.slice({self.tasks}))")
        print(f"{name}: {took:.0f} ms, {(self.received() - self.bytes) / 1024:.0f} KiB, longest task {longest:.0f} ms, "
              f"operator {(self.operator.seconds() - self.seconds) * 1000:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presage", required=True)
    parser.add_argument("--models", type=int, default=10_000)
    options = parser.parse_args()
    server = standin.Server(Models)
    server.models = [stored(index) for index in range(options.models)]
    with tempfile.TemporaryDirectory(prefix="presage-dashboard-") as name:
        folder = pathlib.Path(name)
        operator = Process(
            folder, options.presage, "operator", "--kubeconfig", server.start(folder), "--host", "127.0.0.1", "--port", 18080,
            "--trainer-image", "presage", "--log-level", "error")
        browser = None
        try:
            while True:
                try:
                    urllib.request.urlopen(f"{PAGE}readyz", timeout=1)
                    break
                except OSError:
                    if operator.process.poll() is not None:
                        raise SystemExit(operator.log.read_text()[-2000:])
                    time.sleep(0.05)
            operator.settle(quiet=2)
            browser = Browser(folder)
            before = operator.mebibytes()
            watch = Watch(browser, operator, is_new=True)
            browser.call("POST", "/url", {"url": PAGE})
            browser.wait("window.first")
            watch.tell("first list", browser.value("window.first"))
            watch, sought = Watch(browser, operator), f"service-{options.models * 2 // 3:05}"
            browser.type(sought, "#find")
            browser.wait("document.querySelectorAll('#rows a').length === 1")
            watch.tell(f"search for {len(sought)} letters")
            browser.value("(document.getElementById('find').value = '', 0)")
            for step in ["all again", "one look more"]:
                watch = Watch(browser, operator)
                browser.call("POST", "/execute/async", {
                    "script": "const done = arguments[0]; refresh().then(() => done(0))", "args": []})
                watch.tell(step)
            browser.cdp("HeapProfiler.collectGarbage")
            heap = {each["name"]: each["value"] for each in (browser.cdp("Performance.enable"), browser.cdp(
                "Performance.getMetrics"))[1]["metrics"]}["JSHeapUsedSize"] / 2**20
            print(f"page: {heap:.1f} MiB of its own, {browser.renderer():.0f} MiB of the process; "
                  f"operator: {before:.0f} MiB before, {operator.mebibytes('VmHWM'):.0f} MiB at most; load {os.getloadavg()[0]:.1f}")
        finally:
            if browser:
                browser.stop()
            operator.stop()


if __name__ == "__main__":
    sys.exit(main())
