#!/usr/bin/env python3
"""Trains a fleet through Indexed Jobs, and says what it took.

    Benchmarks/fleet.py --presage .build/release/presage --data ../shared/data/rossmann_daily.csv --series 11115 --pods 8

The panel is made from `--data` (long form, `unique_id,ds,y`): its series over and over, each copy scaled by a factor of its
own. The cluster is the playground, or with `--kubeconfig` that of a real API server with its controllers and without nodes
(`scripts/test-integration --serve`): `presage playground --node-of` runs its pods. With `--s3 MOTO_SERVER` the versions lie in
an S3 server that this starts. Needs kubectl and Python's standard library.
"""

import argparse
import base64
import collections
import csv
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def panel(source, target, count):
    """Writes `count` series; returns how many rows."""
    series = {}
    with open(source) as file:
        for row in csv.DictReader(file):
            series.setdefault(row["unique_id"], []).append((row["ds"], row["y"]))
    originals = list(series.items())
    rows = 0
    with open(target, "w") as file:
        file.write("unique_id,ds,y\n")
        for number in range(count):
            name, values = originals[number % len(originals)]
            # A golden-ratio walk: factors from 0.5 to 1.5 that never repeat.
            factor = 0.5 + (number // len(originals) * 0.6180339887) % 1 if number >= len(originals) else 1.0
            copy = f"{name}_{number // len(originals):03d}"
            file.writelines(f"{copy},{ds},{round(float(y) * factor, 2) if y else ''}\n" for ds, y in values)
            rows += len(values)
    return rows


class Cluster:
    """The playground, or the node of a real API server, and the operator as processes; and kubectl."""

    def __init__(self, presage, folder, kubeconfig=None):
        self.folder = folder
        if kubeconfig:
            self.kubeconfig = kubeconfig
            self.playground = self.start(
                presage, "playground", "--node-of", kubeconfig, "--data-dir", folder / "pods")
        else:
            self.kubeconfig = folder / "kubeconfig"
            self.playground = self.start(
                presage, "playground", "--kubeconfig-out", self.kubeconfig, "--data-dir", folder / "pods")
        while not self.kubeconfig.exists():
            time.sleep(0.1)
        for path in sorted((ROOT / "crds").glob("presage.dev_*.yaml")):
            self.kubectl("apply", "-f", path)
        version = json.loads(self.kubectl("version", "-o", "json")).get("serverVersion", {}).get("gitVersion", "")
        print(f"{'a real API server' if kubeconfig else 'the playground'}, {version}", flush=True)
        self.operator = self.start(
            presage, "operator", "--kubeconfig", self.kubeconfig, "--trainer-image", "presage", "--host", "127.0.0.1",
            "--port", "0", "--no-leader-election")

    def log(self, pod):
        """The last line that a pod wrote; a node of ours has logs as files, and a real API server asks a kubelet for them."""
        file = self.folder / "pods" / pod["metadata"]["uid"] / "logs" / "trainer.log"
        return file.read_text().strip().splitlines()[-1]

    def start(self, presage, *arguments):
        log = open(self.folder / f"{arguments[0]}.log", "w")
        return subprocess.Popen([presage, *map(str, arguments)], stdout=log, stderr=log)

    def kubectl(self, *arguments, body=None):
        done = subprocess.run(
            ["kubectl", "--kubeconfig", self.kubeconfig, *map(str, arguments)], input=body, text=True, capture_output=True)
        if done.returncode:
            raise SystemExit(f"kubectl {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def create(self, kind, name, spec):
        self.kubectl("create", "-f", "-", body=json.dumps(
            {"apiVersion": "presage.dev/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": "default"},
             "spec": spec}))

    def get(self, *arguments):
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))

    def runs(self, model):
        """The names of a model's runs; there may be other models in a cluster."""
        return [run["metadata"]["name"] for run in self.get("trainingjobs")["items"] if run["spec"]["modelRef"]["name"] == model]

    def stop(self):
        for process in (self.operator, self.playground):
            process.terminate()
            process.wait(30)


class Store:
    """An S3 server of the tests (moto), and what it holds."""

    def __init__(self, program, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        log = open(folder / "s3.log", "w")
        self.process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(self.port)], stdout=log, stderr=log)
        self.url = f"http://127.0.0.1:{self.port}"
        while True:
            try:
                self.ask("PUT", "/models")
                return
            except OSError:
                time.sleep(0.2)

    def ask(self, method, path):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, "
                           "SignedHeaders=host, Signature=x")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def holds(self):
        """How many objects, and how many bytes they have."""
        sizes = [int(size) for size in re.findall(r"<Size>(\d+)</Size>", self.ask("GET", "/models?list-type=2"))]
        return len(sizes), sum(sizes)

    def spec(self):
        return {"s3": {"endpoint": self.url, "bucket": "models", "pathStyle": True, "credentialsSecret": {"name": "store"}}}

    def stop(self):
        self.process.kill()
        self.process.wait(30)


def peak(process):
    """The largest resident set so far, in MiB."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) // 1024


def measure(cluster, job, began, store=None):
    """Waits for a run's end and prints what it took."""
    while True:
        status = cluster.get("trainingjob", job).get("status", {})
        if status.get("phase") in ("Succeeded", "Failed"):
            break
        time.sleep(0.5)
    took = time.monotonic() - began
    conditions = {each["type"]: each for each in status["conditions"]}
    if status["phase"] == "Failed":
        raise SystemExit(f"{job} failed: {json.dumps(conditions['Trained'], indent=1)}")
    pods = cluster.get("pods", "-l", f"job-name={job}")["items"]
    used = [cluster.log(pod) for pod in pods]
    memory = [int(number) for line in used for number in re.findall(r"peak memory (\d+) MiB", line)]
    seconds = [float(number) for line in used for number in re.findall(r"([\d.]+) s of processor", line)]
    tries = collections.Counter(pod["metadata"]["labels"]["batch.kubernetes.io/job-completion-index"] for pod in pods)
    maps = cluster.get("configmaps", "-l", "presage.dev/artifact")["items"]
    # Those of this run alone.
    sizes = [len(base64.b64decode(value)) for each in maps if each["metadata"]["name"].startswith(job + "-artifact")
             for value in each.get("binaryData", {}).values()]
    stored = sum(len(json.dumps(each)) for each in maps)
    print(f"{job}: {status['series']} series in {took:.1f} s, {len(pods)} pods, {sum(seconds):.1f} s of processor time, "
          f"peak {max(memory)} MiB a pod, {max(tries.values())} tries an index at most")
    print(f"  version in {len(sizes)} chunks that are ConfigMaps, {sum(sizes)} bytes ({sum(sizes) / status['series']:.0f} a "
          f"series); all artifacts' ConfigMaps in the cluster {len(maps)}, {stored / 2**20:.3f} MiB as JSON")
    if store:
        objects, size = store.holds()
        print(f"  the S3 server holds {objects} objects, {size} bytes")
    print(f"  SMAPE {status.get('smape')}, champion {status.get('championSmape')}, baseline {status.get('baselineSmape')}, "
          f"promoted {status.get('promoted')}: {status.get('promotionReason')}")
    print(f"  peak of the operator {peak(cluster.operator)} MiB, of the playground or node {peak(cluster.playground)} MiB, load "
          f"{os.getloadavg()[0]:.1f}", flush=True)


def serve(cluster):
    """Asks the operator for every series' next day."""
    port = re.search(r"listening on [\d.]+:(\d+)", (cluster.folder / "operator.log").read_text())[1]
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/models/default/fleet/next_day", timeout=300) as answer:
        size = len(answer.read())
    print(f"next_day of all series: {size / 2**20:.1f} MiB in {time.monotonic() - began:.1f} s; peak of the operator "
          f"{peak(cluster.operator)} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presage", type=pathlib.Path, default=ROOT / ".build/release/presage")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data/rossmann_daily.csv")
    parser.add_argument("--series", type=int, default=11_115)
    parser.add_argument("--pods", type=int, default=8)
    parser.add_argument("--algorithm", default="Prophet")
    parser.add_argument("--kubeconfig", type=pathlib.Path, help="a real API server's, in place of the playground")
    parser.add_argument("--s3", metavar="MOTO_SERVER", help="keep versions in an S3 server, started by this program")
    parser.add_argument("--challenger", help="an algorithm for a second run, against the first's version")
    arguments = parser.parse_args()
    # Ends the processes that it started, however it is ended itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="presage-fleet-") as name:
        folder = pathlib.Path(name)
        file = folder / "panel.csv"
        rows = panel(arguments.data, file, arguments.series)
        print(f"{arguments.series} series, {rows} rows, {file.stat().st_size / 2**20:.0f} MiB of CSV", flush=True)
        cluster = Cluster(arguments.presage.resolve(), folder, arguments.kubeconfig)
        store = None
        try:
            registry = {}
            if arguments.s3:
                store = Store(arguments.s3, folder)
                registry = {"registry": store.spec()}
                cluster.kubectl("create", "-f", "-", body=json.dumps(
                    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "store", "namespace": "default"},
                     "stringData": {"accessKeyID": "x", "secretAccessKey": "x"}}))
            began = time.monotonic()
            cluster.create("ForecastModel", "fleet", registry | {
                "source": {"csv": {"path": str(file), "recorded": True}}, "algorithm": {"name": arguments.algorithm},
                "horizon": "Month", "training": {"parallelism": arguments.pods, "activeDeadlineSeconds": 7200}})
            while not (jobs := cluster.runs("fleet")):
                time.sleep(0.2)
            measure(cluster, jobs[0], began, store)
            while not cluster.get("forecastmodel", "fleet").get("status", {}).get("production"):
                time.sleep(0.2)
            serve(cluster)
            if arguments.challenger:
                began = time.monotonic()
                cluster.create("TrainingJob", "second", {
                    "modelRef": {"name": "fleet"}, "algorithm": {"name": arguments.challenger}})
                measure(cluster, "second", began, store)
            if store:
                time.sleep(5)
                objects, size = store.holds()
                print(f"a moment later the S3 server holds {objects} objects, {size} bytes", flush=True)
        finally:
            cluster.stop()
            if store:
                store.stop()


if __name__ == "__main__":
    sys.exit(main())
