#!/usr/bin/env python3
"""One template over a thousand Deployments on a real API server.

    KUBEBUILDER_ASSETS=… scripts/test-integration --serve &   # prints the kubeconfig
    Benchmarks/templates.py --kubeconfig FILE --presage .build/release/presage [--count 1000]

Makes Deployments and then a template that matches all of them, whose trainings are held, with an operator as it is by
default. Prints how long it takes until each has its model and all are Ready, with the requests and the processor time; the
same for a change of the template; what a restart asks of the server; and the time from a Deployment's creation until its
model is there.
"""

import argparse
import concurrent.futures
import pathlib
import sys
import tempfile
import time

from scale import API, DEPLOYMENTS, MODELS, Operator, deployment, line, metrics

TEMPLATE = {
    "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel", "metadata": {"name": "team"},
    "spec": {"targetSelector": {"matchLabels": {"app.kubernetes.io/part-of": "scale"}}, "training": {"suspend": True},
             "source": {"prometheus": {"url": "http://prometheus.monitoring:9090"}}},
}


def requests():
    """How many requests the operator has sent, by method."""
    found = metrics("rest_client_requests_total")
    return {key: value for key, value in found.items() if value}


def measured(title, operator, is_done, began):
    """Waits, and prints what it took."""
    seconds, before = operator.seconds(), requests()
    while not is_done():
        time.sleep(0.2)
    taken = time.monotonic() - began
    operator.settle()
    sent = {key: value - before.get(key, 0) for key, value in requests().items() if value != before.get(key, 0)}
    print(f"{title}: {taken:.1f} s, {operator.seconds() - seconds:.1f} s of processor time until nothing is left to do, "
          f"{sent}, {operator.mebibytes():.0f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--presage", required=True)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    api = API(options.kubeconfig)
    running = []

    def team():
        return api.call("GET", f"{MODELS}/team").get("status", {}).get("template", {})

    with tempfile.TemporaryDirectory(prefix="presage-templates-") as name:
        folder = pathlib.Path(name)
        api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "scale"}})
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda index: api.create(DEPLOYMENTS, deployment(f"service-{index:05}")), range(options.count)))
        try:
            running.append(Operator(folder, options.presage, options.kubeconfig))
            operator = running[-1]
            operator.wait()
            operator.settle()
            began = time.monotonic()
            api.create(MODELS, TEMPLATE)
            measured(f"{options.count} models made and Ready", operator, lambda: team().get("ready") == options.count, began)

            def changed():
                models = api.call("GET", f"{MODELS}?labelSelector=presage.dev/template=team")["items"]
                return all(each["spec"]["horizon"] == "Week" for each in models)

            began = time.monotonic()
            api.call("PATCH", f"{MODELS}/team", {"spec": {"horizon": "Week"}}, kind="application/merge-patch+json")
            measured("a change of the template in all of them", operator, changed, began)

            made = []
            for index in range(100):
                name = f"late-{index:03}"
                began = time.monotonic()
                api.create(DEPLOYMENTS, deployment(name))
                while api.call("GET", f"{MODELS}/team-{name}", allowed=(404,)).get("code") == 404:
                    time.sleep(0.002)
                made.append(time.monotonic() - began)
            print(line("a Deployment made, until its model is there", made), flush=True)
            operator.settle()
            running.pop().stop()

            running.append(Operator(folder, options.presage, options.kubeconfig))
            operator = running[-1]
            operator.wait()
            operator.settle()
            print(f"a restart: {operator.seconds():.1f} s of processor time, {requests()}, {operator.mebibytes():.0f} MiB")
        finally:
            for process in reversed(running):
                process.stop()


if __name__ == "__main__":
    sys.exit(main())
