"""A stand-in for the API server that only lists and watches, for benchmarks of the operator that reads it: a real one writes a few hundred
objects a second, far fewer than are to be measured."""

import http.server
import json
import pathlib
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    """Lists what `listed` gives, and streams it to who asks for that; the watch then brings what `watched` sends."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def listed(self, path):
        """The objects of a path."""
        raise NotImplementedError

    def watched(self, path):
        """Sends events by `chunk`; then the watch stays silent."""

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")
        self.wfile.flush()

    def event(self, kind, value):
        self.chunk(json.dumps({"type": kind, "object": value}).encode() + b"\n")

    def do_GET(self):
        path = self.path.split("?")[0]
        items = self.listed(path)
        version = {"resourceVersion": str(len(items) + 1)}
        if "watch=" not in self.path:
            return self.answer({"kind": "List", "apiVersion": "v1", "metadata": version, "items": items})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if "sendInitialEvents=true" in self.path:
            for item in items:
                self.event("ADDED", item)
            self.event("BOOKMARK", {
                "apiVersion": "v1", "kind": "Bookmark",
                "metadata": version | {"annotations": {"k8s.io/initial-events-end": "true"}}})
        self.watched(path)
        threading.Event().wait()


class Server(http.server.ThreadingHTTPServer):
    """Serves on a free port of this machine, in the background."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)

    def start(self, folder):
        """Serves; the kubeconfig for it is in the folder."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        kubeconfig = pathlib.Path(folder) / "kubeconfig"
        kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{self.server_port}"}}],
            "users": [{"name": "u", "user": {}}], "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))
        return kubeconfig
