"""The little of the Kubernetes API that a trainer needs: server-side apply of ConfigMaps."""

import base64
import hashlib
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.request

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
CHUNK = 900 * 1024


class Refused(Exception):
    """The API server said no; `code` is its HTTP status, `message` its words."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class NameTaken(Exception):
    """The run's name has the version of another run, so no other try helps."""


class Cluster:
    """A connection with the pod's own account; KUBECONFIG takes its place where it is set, as on the playground."""

    def __init__(self, environment=os.environ):
        if "KUBECONFIG" in environment:
            text = open(environment["KUBECONFIG"]).read()
            self.server, self.token, authority = (
                (re.search(rf'{name}: "?([^"\s,}}]+)', text) or [None, None])[1]
                for name in ("server", "token", "certificate-authority"))
            if token_file := re.search(r'tokenFile: "?([^"\s,}]+)', text):
                self.token = open(token_file[1]).read().strip()
        else:
            host, port = environment["KUBERNETES_SERVICE_HOST"], environment.get("KUBERNETES_SERVICE_PORT", "443")
            self.server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
            self.token = open(f"{ACCOUNT}/token").read().strip()
            authority = f"{ACCOUNT}/ca.crt"
        self.tls = ssl.create_default_context(cafile=authority) if self.server.startswith("https") else None

    def request(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/apply-patch+yaml"}
        data = json.dumps(body).encode() if body else None
        for attempt in range(5):
            request = urllib.request.Request(self.server + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30, context=self.tls) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                try:
                    text = json.loads(text)["message"]
                except (ValueError, KeyError):
                    pass
                if error.code not in (429, 500, 502, 503, 504) or "space exceeded" in text or attempt == 4:
                    raise Refused(error.code, text) from None
            except OSError:
                if attempt == 4:
                    raise
            time.sleep(2**attempt / 4)

    def apply(self, namespace, name, naming, kind, content, annotations=None):
        """Applies one ConfigMap with the run's labels and owners."""
        metadata = {
            "name": name, "namespace": namespace, "labels": {**naming["labels"], "presage.dev/artifact": kind},
            "ownerReferences": naming["ownerReferences"]}
        if annotations:
            metadata["annotations"] = annotations
        self.request(
            "PATCH",
            f"/api/v1/namespaces/{namespace}/configmaps/{name}?fieldManager=presage-trainer&force=true",
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **content})

    def manifest(self, namespace, name):
        """The manifest in a ConfigMap; None where there is none."""
        try:
            found = self.request("GET", f"/api/v1/namespaces/{namespace}/configmaps/{name}")
            return json.loads(found["data"]["manifest.json"])
        except (KeyError, ValueError):
            return None
        except Refused as error:
            if error.code != 404:
                raise
            return None


def chunks(artifact, name, most, size=CHUNK):
    """The artifact's pieces as the manifest names them, each with its bytes; `most` is 0 where they are no ConfigMaps."""
    pieces = [artifact[start:start + size] for start in range(0, len(artifact), size)]
    if most and len(pieces) > most:
        raise ValueError(f"the artifact needs {len(pieces)} ConfigMaps and the run may publish {most}")
    return [
        ({"name": f"{name}-{index}", "bytes": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}, piece)
        for index, piece in enumerate(pieces)]


def publish(cluster, manifest, pieces, naming, store=None):
    """Chunks first, into ConfigMaps or the store; the manifest last: without a manifest there is no version."""
    namespace = manifest["model"]["namespace"]
    try:
        for chunk, piece in pieces:
            if store:
                store.put(chunk["sha256"], piece)
                continue
            data = {"binaryData": {chunk["name"]: base64.b64encode(piece).decode()}}
            cluster.apply(namespace, chunk["name"], naming, "chunk", data)
        kind = "shard" if "shard" in manifest else "manifest"
        text = json.dumps(manifest, indent=2)
        cluster.apply(
            namespace, naming["name"], naming, kind, {"data": {"manifest.json": text}}, naming["annotations"])
    except Refused as error:
        existing = cluster.manifest(namespace, naming["name"]) if error.code == 422 else None
        if existing is None:
            raise
        # A pod that is tried again after it had published finds its version immutable: that is a success.
        if existing["trainingJob"] != manifest["trainingJob"]:
            raise NameTaken(
                f"ConfigMap {naming['name']} holds the version of {existing['trainingJob']['name']}; a run's name has to "
                "be its own") from None
