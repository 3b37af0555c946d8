#!/usr/bin/env python3
"""The operator with thousands of ForecastModels and Deployments on a real API server.

    KUBEBUILDER_ASSETS=… scripts/test-integration --serve &   # prints the kubeconfig
    Benchmarks/scale.py --kubeconfig FILE --presage .build/release/presage [--count 10000]

Makes the objects (those that exist stay): models whose training is held, and `--live` that train, promote and apply; a
`presage playground --node-of` runs their pods. Then it starts the operator anew and prints the time until it is ready
(every informer has synced), its memory then, its processor time while nothing happens, and how long it takes from the
deletion or creation of a Deployment until the model's status that tells of it has come back through a watch, and from the
creation of a TrainingJob until its version is in production.

`--sized` makes models that have a version each, copied from one that was trained, every copy with bytes of its own: the
operator reads, forecasts, applies and goes on to forecast every half hour, as with so many live histories.

The kubeconfig is an administrator's, with a token and an authority's file; the definitions of crds/ must be installed.
Needs Python's standard library and kubectl.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import http.client
import json
import math
import os
import pathlib
import signal
import ssl
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from urllib.parse import urlparse

DEPLOYMENTS = "/apis/apps/v1/namespaces/scale/deployments"
MODELS = "/apis/presage.dev/v1alpha1/namespaces/scale/forecastmodels"
CONFIG_MAPS = "/api/v1/namespaces/scale/configmaps"


class API:
    """One connection a thread to the API server of a kubeconfig."""

    def __init__(self, kubeconfig):
        config = json.loads(subprocess.run(
            ["kubectl", "--kubeconfig", kubeconfig, "config", "view", "--raw", "--minify", "-o", "json"],
            check=True, capture_output=True, text=True).stdout)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.server, self.token = urlparse(cluster["server"]), user["token"]
        self.context = ssl.create_default_context(cafile=cluster["certificate-authority"])
        self.local = threading.local()

    def connect(self):
        return http.client.HTTPSConnection(self.server.hostname, self.server.port, context=self.context)

    def headers(self, kind="application/json"):
        return {"Authorization": f"Bearer {self.token}", "Content-Type": kind}

    def call(self, method, path, body=None, allowed=(), kind="application/json"):
        if not hasattr(self.local, "connection"):
            self.local.connection = self.connect()
        try:
            self.local.connection.request(method, path, body and json.dumps(body), self.headers(kind))
            answer = self.local.connection.getresponse()
        except http.client.RemoteDisconnected:  # it was idle for too long
            self.local.connection = self.connect()
            return self.call(method, path, body, allowed, kind)
        text = answer.read()
        if answer.status >= 300 and answer.status not in allowed:
            raise SystemExit(f"{method} {path}: {answer.status}: {text[:500]}")
        return json.loads(text)

    def create(self, path, body):
        """Creates an object; one that exists already is left as it is."""
        self.call("POST", path, body, allowed=(409,))


def deployment(name):
    """About as large as one that Helm has made."""
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "scale", "helm.sh/chart": "service-1.2.3"}
    container = {
        "name": "app", "image": f"registry.example.com/team/{name}:1.2.3",
        "env": [{"name": f"SETTING_{i}", "value": f"value-{i}-of-{name}"} for i in range(20)],
        "ports": [{"containerPort": 8080, "name": "http"}],
        "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/app"}],
    }
    spec = {"containers": [container], "volumes": [{"name": "config", "configMap": {"name": name}}]}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
                 "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def model(name, history=None):
    """One that waits, or one that is trained on a recording and applied."""
    spec = {"targetRef": {"name": name}, "training": {"suspend": True},
            "source": {"csv": {"configMap": {"name": name, "key": "history.csv"}}}}
    if history:
        spec |= {"training": {}, "source": {"csv": {"path": str(history), "recorded": True}}, "horizon": "Day",
                 "algorithm": {"name": "Naive"}, "scaling": {"mode": "Apply", "conflictPolicy": "TakeOwnership"}}
    return {"apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel", "metadata": {"name": name}, "spec": spec}


def sized_model(name):
    """One that has a live history, and is not trained here."""
    return {"apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel", "metadata": {"name": name},
            "spec": {"targetRef": {"name": name}, "training": {"suspend": True}, "horizon": "Day",
                     "source": {"prometheus": {"url": "http://prometheus.invalid:9090"}},
                     "promotion": {"baseline": "None"},
                     "scaling": {"mode": "Apply", "conflictPolicy": "TakeOwnership"}}}


class Version:
    """The version of a trained model, and copies of it for others."""

    def __init__(self, api, name):
        artifact = api.call("GET", f"{MODELS}/{name}")["status"]["production"]["artifact"]
        self.manifest = api.call("GET", f"{CONFIG_MAPS}/{artifact}")
        document = json.loads(self.manifest["data"]["manifest.json"])
        self.chunk = api.call("GET", f"{CONFIG_MAPS}/{document['chunks'][0]['name']}")
        self.bytes = base64.b64decode(next(iter(self.chunk["binaryData"].values())))
        # A setting of Prophet's that this algorithm does not read; what stands before it is hashed once.
        self.place = self.bytes.rindex(b"\x05" + struct.pack("<d", 10)) + 1
        self.state = self.hash(0xCBF29CE484222325, self.bytes[6:self.place])

    @staticmethod
    def hash(value, data):
        for byte in data:
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        return value

    def copy(self, api, index, model):
        """Publishes a version of the same forecasts for another model."""
        name, meta = model["metadata"]["name"], model["metadata"]
        tail = struct.pack("<d", 10 + index / 1e6) + self.bytes[self.place + 8:-8]
        data = self.bytes[:self.place] + tail + struct.pack("<Q", self.hash(self.state, tail))
        digest, chunk = hashlib.sha256(data).hexdigest(), f"{name}-artifact-0"
        owner = [{"apiVersion": model["apiVersion"], "kind": "ForecastModel", "name": name, "uid": meta["uid"]}]

        def metadata(of, title):
            labels = of["metadata"]["labels"] | {"presage.dev/model": name, "presage.dev/training-job": name}
            return {"name": title, "labels": labels, "ownerReferences": owner,
                    "annotations": of["metadata"].get("annotations", {})}

        document = json.loads(self.manifest["data"]["manifest.json"])
        document |= {"model": {"namespace": "scale", "name": name, "uid": meta["uid"]}, "artifactDigest": digest,
                     "trainingJob": {"namespace": "scale", "name": name, "uid": meta["uid"]},
                     "chunks": [{"name": chunk, "bytes": len(data), "sha256": digest}]}
        api.create(CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(self.chunk, chunk),
                                 "binaryData": {chunk: base64.b64encode(data).decode()}, "immutable": True})
        api.create(CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap",
                                 "metadata": metadata(self.manifest, f"{name}-artifact"),
                                 "data": {"manifest.json": json.dumps(document)}})


def history(path):
    """Ten days of a container in steps of five minutes, cores and bytes."""
    begin = int(time.time()) // 300 * 300 - 10 * 86_400
    with open(path, "w") as file:
        file.write("timestamp,container,cpu,memory\n")
        for index in range(10 * 288):
            wave = math.sin(index / 288 * 2 * math.pi)
            file.write(f"{begin + index * 300},app,{0.4 + 0.2 * wave:.4f},{(600 + 100 * wave) * 2**20:.0f}\n")


class Process:
    """`presage` with some arguments, and what the kernel says of it."""

    def __init__(self, folder, presage, *arguments):
        self.log = folder / f"{arguments[0]}.log"
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([presage, *map(str, arguments)], stdout=log, stderr=log)
        self.pid = self.process.pid

    def seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def mebibytes(self, field="VmRSS"):
        lines = pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024

    def settle(self, quiet=5):
        """Waits until it has used little of the processor for some seconds."""
        count, before = 0, self.seconds()
        while count < quiet:
            time.sleep(1)
            now = self.seconds()
            count, before = (count + 1 if now - before < 0.05 else 0), now

    def lately(self, seconds):
        """The processor time of the next seconds."""
        before = self.seconds()
        time.sleep(seconds)
        return self.seconds() - before

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


class Operator(Process):
    def __init__(self, folder, presage, kubeconfig, *arguments):
        super().__init__(
            folder, presage, "operator", "--kubeconfig", kubeconfig, "--host", "127.0.0.1", "--port", 18080,
            "--trainer-image", "presage", "--no-leader-election", "--log-level", "warning", *arguments)

    def wait(self):
        while True:
            try:
                urllib.request.urlopen("http://127.0.0.1:18080/readyz", timeout=1)
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(self.log.read_text()[-2000:])
                time.sleep(0.01)


class Reactions(threading.Thread):
    """Watches the models, and keeps their last statuses."""

    def __init__(self, api):
        super().__init__(daemon=True)
        self.told = threading.Condition()
        self.statuses = {}
        version = api.call("GET", MODELS + "?limit=1")["metadata"]["resourceVersion"]
        connection = api.connect()
        connection.request("GET", f"{MODELS}?watch=true&resourceVersion={version}", headers=api.headers())
        self.stream = connection.getresponse()

    def run(self):
        for line in self.stream:
            item = json.loads(line)["object"]
            with self.told:
                self.statuses[item["metadata"]["name"]] = item.get("status", {})
                self.told.notify_all()

    def wait(self, name, isDone, seconds=60):
        with self.told:
            if not self.told.wait_for(lambda: isDone(self.statuses.get(name, {})), seconds):
                raise SystemExit(f"{name}: nothing within {seconds} s, the last status is {self.statuses.get(name)}")


def scaled(status):
    """The reason of the condition `Scaled`."""
    return next((each["reason"] for each in status.get("conditions", []) if each["type"] == "Scaled"), None)


def react(api, reactions, names, changes):
    """Deletes and makes Deployments, each followed until its model tells of it; returns seconds."""
    gone, made = [], []
    for index in range(changes // 2):
        name = names[index % len(names)]
        began = time.monotonic()
        api.call("DELETE", f"{DEPLOYMENTS}/{name}")
        reactions.wait(name, lambda status: scaled(status) == "TargetNotFound")
        gone.append(time.monotonic() - began)
        began = time.monotonic()
        api.call("POST", DEPLOYMENTS, deployment(name))
        reactions.wait(name, lambda status: scaled(status) != "TargetNotFound")
        made.append(time.monotonic() - began)
        time.sleep(0.05)
    return gone, made


def train(api, reactions, names):
    """Puts up a better algorithm for one model after the other; returns seconds from the request to its promotion."""
    taken = []
    for name in names:
        began = time.monotonic()
        api.call("POST", MODELS.replace("forecastmodels", "trainingjobs"), {
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob", "metadata": {"generateName": f"{name}-"},
            "spec": {"modelRef": {"name": name}, "algorithm": {"name": "SeasonalNaive"}}})
        reactions.wait(name, lambda status: status.get("production", {}).get("version") == 2)
        taken.append(time.monotonic() - began)
    return taken


def serves(path):
    """The seconds and bytes of an answer of the operator."""
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:18080{path}", timeout=300) as answer:
        size = len(answer.read())
    return time.monotonic() - began, size


def metrics(*names):
    """The sums of some of the operator's metrics over their labels, by name and, where there is one, method."""
    with urllib.request.urlopen("http://127.0.0.1:18080/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    found = {}
    for line in lines:
        key, _, value = line.rpartition(" ")
        name, _, labels = key.partition("{")
        if name in names:
            method = labels.partition('method="')[2].partition('"')[0]
            found[method or name] = found.get(method or name, 0) + float(value)
    return found


def count_sized(api):
    path, applied = MODELS + "?limit=500", 0
    while path:
        page = api.call("GET", path)
        applied += sum("lastAppliedTime" in item.get("status", {}) for item in page["items"])
        more = page["metadata"].get("continue")
        path = more and f"{MODELS}?limit=500&continue={more}"
    return applied


def size(api, folder, options, running):
    """Models with a version each: until all are applied, and what they take from then on."""
    version = Version(api, "live-000")

    def make(index):
        name = f"sized-{index:05}"
        api.create(DEPLOYMENTS, deployment(name))
        api.create(MODELS, sized_model(name))
        version.copy(api, index, api.call("GET", f"{MODELS}/{name}"))

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(make, range(options.sized)))
    print(f"{options.sized} models with versions of {len(version.bytes)} bytes made in {time.monotonic() - began:.0f} s",
          flush=True)
    began = time.monotonic()
    operator = Operator(folder, options.presage, options.kubeconfig, "--kube-api-qps", 2000, "--kube-api-burst", 2000,
                        "--workers", 16)
    running.append(operator)
    operator.wait()
    while operator.lately(5) > 0.2 or metrics("workqueue_depth")["workqueue_depth"]:
        pass
    print(f"every one applied ({count_sized(api)} of {options.sized}) after {time.monotonic() - began:.0f} s, "
          f"{operator.seconds():.1f} s of processor time, {operator.mebibytes():.0f} MiB", flush=True)
    running.pop().stop()

    operator = Operator(folder, options.presage, options.kubeconfig)
    running.append(operator)
    operator.wait()
    time.sleep(options.settle)
    began, before, first = time.monotonic(), operator.seconds(), metrics("rest_client_requests_total")
    while time.monotonic() - began < options.watch:
        time.sleep(10)
    taken = time.monotonic() - began
    now = metrics("rest_client_requests_total")
    rates = ", ".join(f"{(now[each] - first.get(each, 0)) / taken:.1f} {each}" for each in sorted(now))
    print(f"forecast again and again: {(operator.seconds() - before) / taken * 100:.1f}% of a core, {rates} a second, "
          f"{metrics('workqueue_depth')['workqueue_depth']:.0f} waiting, {operator.mebibytes():.0f} MiB", flush=True)
    for path in ("/api/v1/models", "/metrics"):
        seconds, length = serves(path)
        print(f"{path}: {seconds:.2f} s, {length / 2**20:.1f} MiB", flush=True)
    print(f"{operator.mebibytes():.0f} MiB then, {operator.mebibytes('VmHWM'):.0f} MiB at most", flush=True)
    running.pop().stop()


def line(name, seconds):
    cuts = statistics.quantiles(seconds, n=100)
    return (f"{name}: p50 {statistics.median(seconds) * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms, "
            f"at most {max(seconds) * 1000:.1f} ms ({len(seconds)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--presage", required=True)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--live", type=int, default=20, help="how many of the models are trained and applied")
    parser.add_argument("--sized", type=int, default=0, help="how many models get a copy of a trained version")
    parser.add_argument("--settle", type=float, default=330, help="seconds until the sized ones are watched")
    parser.add_argument("--watch", type=float, default=300, help="seconds to watch them for")
    parser.add_argument("--changes", type=int, default=400)
    parser.add_argument("--idle", type=float, default=30, help="seconds to watch the idle operator for")
    options = parser.parse_args()
    # Ends the processes that it started, however it is ended itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    api = API(options.kubeconfig)
    running = []
    with tempfile.TemporaryDirectory(prefix="presage-scale-") as name:
        folder = pathlib.Path(name)
        history(folder / "history.csv")
        names = [f"live-{index:03}" for index in range(options.live)]

        def make(index):
            service = f"service-{index:05}"
            api.create(DEPLOYMENTS, deployment(service))
            api.create(MODELS, model(service))

        try:
            api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "scale"}})
            began = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                list(pool.map(make, range(options.count)))
            print(f"{2 * options.count} objects made in {time.monotonic() - began:.0f} s", flush=True)

            for each in names:
                api.create(DEPLOYMENTS, deployment(each))
            # The first statuses of all models are written at the rate that the client limits itself to.
            running.append(Process(
                folder, options.presage, "playground", "--node-of", options.kubeconfig, "--data-dir", folder / "pods"))
            running.append(Operator(folder, options.presage, options.kubeconfig, "--kube-api-qps", 2000, "--kube-api-burst", 2000))
            began = time.monotonic()
            running[-1].wait()
            for each in names:  # those of the run before hold their Deployments until the operator has let them go
                while api.call("DELETE", f"{MODELS}/{each}", allowed=(404,)).get("code") != 404:
                    time.sleep(0.1)
                api.create(MODELS, model(each, folder / "history.csv"))
            while not all(api.call("GET", f"{MODELS}/{each}").get("status", {}).get("production") for each in names):
                time.sleep(1)
            running[-1].settle()
            print(f"every status written, {len(names)} models trained after {time.monotonic() - began:.0f} s", flush=True)
            running.pop().stop()
            if options.sized:
                return size(api, folder, options, running)

            began = time.monotonic()
            running.append(Operator(folder, options.presage, options.kubeconfig))
            operator = running[-1]
            operator.wait()
            print(f"ready after {time.monotonic() - began:.2f} s, {operator.seconds():.2f} s of processor time, "
                  f"{operator.mebibytes():.0f} MiB", flush=True)
            operator.settle()
            print(f"every model looked at: {operator.seconds():.1f} s of processor time, {operator.mebibytes():.0f} MiB, "
                  f"{operator.mebibytes('VmHWM'):.0f} MiB at most", flush=True)
            before = operator.seconds()
            time.sleep(options.idle)
            print(f"idle: {(operator.seconds() - before) / options.idle * 100:.2f}% of a core", flush=True)
            reactions = Reactions(api)
            reactions.start()
            taken = train(api, reactions, names)
            print(f"a TrainingJob made, until its version is in production: p50 {statistics.median(taken):.2f} s, at most "
                  f"{max(taken):.2f} s ({len(taken)})")
            gone, made = react(api, reactions, names, options.changes)
            print(line("a Deployment deleted, until its model says so", gone))
            print(line("a Deployment made, until it is sized and its model says so", made))
            print(f"load {os.getloadavg()[0]:.1f}")
        finally:
            for process in reversed(running):
                process.stop()


if __name__ == "__main__":
    sys.exit(main())
