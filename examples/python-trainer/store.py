"""Objects of an S3-compatible store: PUT, signed with AWS Signature Version 4."""

import datetime
import hashlib
import hmac
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

CHUNK = 16 << 20


class StoreFailure(Exception):
    """The store said no, or nothing; `mayPass` says whether another try may help."""

    def __init__(self, message, mayPass):
        super().__init__(message)
        self.message, self.mayPass = message, mayPass


class Store:
    """The folder that `artifact.objects` names, with the files of its Secret."""

    def __init__(self, objects, folder):
        place = objects["store"]
        self.prefix, self.region = place["prefix"], place["region"]
        endpoint = (place.get("endpoint") or f"https://s3.{self.region}.amazonaws.com").rstrip("/")
        scheme, _, host = endpoint.partition("://")
        dotted = "." in place["bucket"] and scheme == "https"
        self.root = (
            f"{endpoint}/{place['bucket']}" if place.get("pathStyle") or dotted
            else f"{scheme}://{place['bucket']}.{host}")

        def secret(name):
            path = folder / objects[name] if objects.get(name) else None
            return path.read_text().strip() if path and path.exists() else None

        self.id, self.key, self.token = map(secret, ("accessKeyIDFile", "secretAccessKeyFile", "sessionTokenFile"))
        authority = objects.get("caFile")
        self.tls = ssl.create_default_context(cafile=str(folder / authority) if authority else None)
        if place.get("insecureSkipVerify"):
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE

    def put(self, digest, data):
        """Writes an object under its digest; doing it again changes nothing."""
        url = f"{self.root}/{urllib.parse.quote(self.prefix + digest, safe='/-._~')}"
        for attempt in range(6):
            headers = {"Content-Type": "application/octet-stream", **self.signed("PUT", url, digest)}
            request = urllib.request.Request(url, data, headers, method="PUT")
            try:
                with urllib.request.urlopen(request, timeout=60, context=self.tls):
                    return
            except urllib.error.HTTPError as error:
                text = error.read(2000).decode(errors="replace")
                busy = error.code in (429, 500, 502, 503, 504)
                failure = StoreFailure(f"the store answered {error.code} to {url}: {text}", busy)
            except OSError as error:
                failure = StoreFailure(f"the store cannot be reached at {url}: {error}", True)
            if not failure.mayPass or attempt == 5:
                raise failure
            time.sleep(2**attempt)

    def signed(self, method, url, digest):
        """The headers of a request whose body has this SHA-256."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        parts = urllib.parse.urlsplit(url)
        headers = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": now}
        if not self.id:
            return headers
        if self.token:
            headers["x-amz-security-token"] = self.token
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"{method}\n{parts.path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self.key}".encode()
        for part in (now[:8], self.region, "s3", "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.id}/{scope}, SignedHeaders={names}, Signature={key.hex()}")
        return headers
