#!/usr/bin/env python3
"""How many watch events a second the operator's informers take, from a server that sends as fast as they read.

    Benchmarks/watch.py --presage .build/release/presage [--deployments 10000] [--events 100000]

The server here is a stand-in (standin.py). It lists the Deployments, then sends `--events` MODIFIED events over one connection, made beforehand. The
time ends when the last byte is taken and the operator has come to rest. Needs Python's standard library.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile
import threading
import time

import standin
from scale import Operator, deployment

SETS = ["kubectl-client-side-apply", "kube-controller-manager"]


def stored(name, version):
    """A Deployment as a server gives it, with the fields that it adds and the managers that it remembers."""
    made = deployment(name)
    made["metadata"] |= {
        "namespace": "scale", "uid": f"00000000-0000-0000-0000-{abs(hash(name)) % 10**12:012}", "generation": 1,
        "resourceVersion": str(version), "creationTimestamp": "2026-11-21T08:00:00Z",
        "annotations": {"deployment.kubernetes.io/revision": "1"},
        "managedFields": [
            {"manager": each, "operation": "Update", "apiVersion": "apps/v1", "time": "2026-11-21T08:00:00Z",
             "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {
                 'k:{"name":"app"}': {".": {}, "f:image": {}, "f:env": {
                     f'k:{{"name":"SETTING_{i}"}}': {".": {}, "f:name": {}, "f:value": {}} for i in range(20)}}}}}}}}
            for each in SETS],
    }
    made["status"] = {"observedGeneration": 1, "conditions": [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable",
         "lastUpdateTime": "2026-11-21T08:00:00Z", "lastTransitionTime": "2026-11-21T08:00:00Z"}]}
    return made


class Deployments(standin.Server):
    """The Deployments, and the events that are to come, made beforehand."""

    def __init__(self, deployments, events):
        super().__init__(Handler)
        names = [f"service-{index:05}" for index in range(deployments)]
        self.items = [stored(name, index + 1) for index, name in enumerate(names)]
        bodies = []
        for index in range(events):
            item = self.items[index % deployments]
            item["metadata"]["resourceVersion"] = str(deployments + index + 1)
            bodies.append(b'{"type":"MODIFIED","object":%s}\n' % json.dumps(item, separators=(",", ":")).encode())
        for index, item in enumerate(self.items):
            item["metadata"]["resourceVersion"] = str(index + 1)
        # In pieces of a megabyte or so, as a server under load flushes them.
        self.pieces, piece = [], b""
        for body in bodies:
            piece += body
            if len(piece) > 1 << 20:
                self.pieces.append(piece)
                piece = b""
        self.pieces.append(piece)
        self.bytes = sum(map(len, self.pieces))
        self.go, self.began, self.sent = threading.Event(), 0.0, threading.Event()


class Handler(standin.Handler):
    def listed(self, path):
        return self.server.items if path.endswith("/deployments") else []

    def watched(self, path):
        if path.endswith("/deployments"):
            self.server.go.wait()
            self.server.began = time.monotonic()
            for piece in self.server.pieces:
                self.chunk(piece)
            self.server.sent.set()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presage", required=True)
    parser.add_argument("--deployments", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=100_000)
    options = parser.parse_args()
    server = Deployments(options.deployments, options.events)
    with tempfile.TemporaryDirectory(prefix="presage-watch-") as name:
        operator = Operator(pathlib.Path(name), options.presage, server.start(name))
        try:
            operator.wait()
            operator.settle(quiet=2)
            before = operator.seconds()
            server.go.set()
            server.sent.wait()
            # What lies in the sockets' buffers is a few megabytes; its time is that of the processor's last rest.
            end, last = time.monotonic(), operator.seconds()
            while (now := operator.seconds()) - last > 0.005 or time.monotonic() - end < 0.05:
                last, end = now, time.monotonic() if now - last > 0.005 else end
                time.sleep(0.02)
            took, used = end - server.began, operator.seconds() - before
            print(f"{options.events} events, {server.bytes / options.events / 1024:.1f} KiB each, in {took:.2f} s: "
                  f"{options.events / took:.0f} a second, {server.bytes / took / 1e6:.0f} MB/s; {used:.2f} s of processor "
                  f"time, {operator.mebibytes('VmHWM'):.0f} MiB at most; load {os.getloadavg()[0]:.1f}")
        finally:
            operator.stop()


if __name__ == "__main__":
    sys.exit(main())
