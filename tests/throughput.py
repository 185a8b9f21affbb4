"""How fast the whole service is: photos a second from the first upload to the last verdict, one worker.

    python -m tests.throughput REFERENCES PHOTOS [--count 100] [--senders 4]

Starts the service in a folder of its own as `make run` does, fits a standard, sends the photos through the API as a
phone would, several at a time, and waits until every one has its verdict. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from service.embedded import find_running
from service.settings import Settings
from tests.processes import Kriya
from tests.servers import free_port, wait_until
from tests.workshops import Workshop, distinct_photos, open_workshop, parts_over, photos_in

DONE_WITHIN_S = 1800
MOST_REFERENCES = 16


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("references", type=Path, help="folder with photos of good pieces; at most 16 are taken")
    parser.add_argument("photos", type=Path, help="folder with the photos to send, again and again up to the count")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--senders", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kriya-throughput-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL runs as somebody else
        print(json.dumps(measure(Path(folder), options)))


def measure(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Photos, seconds, photos a second, and the peak memory (MB of 1e6 bytes) of web and worker."""
    home = folder / "home"
    settings = {"KRIYA_HOME": str(home), "PORT": str(free_port()), "SAMPLE_DATA": "0"}
    kriya = Kriya("run", settings, folder)
    try:
        kriya.wait_until_well()
        with parts_over(find_running(home), Settings(home=home)) as parts:
            workshop = open_workshop(parts, kriya.url, photos_in(options.references)[:MOST_REFERENCES])
        photos = distinct_photos(photos_in(options.photos), options.count)
        started = time.perf_counter()
        send_all(workshop, photos, options.senders)
        received = time.perf_counter() - started
        wait_until(workshop.is_done, "every verdict", DONE_WITHIN_S)
        seconds = time.perf_counter() - started
        memory = {f"{name}_peak_mb": peak_mb(kriya, mark) for name, mark in (("web", "gunicorn"), ("worker", "worker"))}
    finally:
        kriya.stop()
    rate = {"photos": len(photos), "received_s": round(received, 1), "seconds": round(seconds, 1)}
    return rate | {"photos_a_second": round(len(photos) / seconds, 2)} | memory


def send_all(workshop: Workshop, photos: list[bytes], senders: int) -> None:
    never = threading.Event()
    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(lambda photo: workshop.send_until_acknowledged(photo, never), photos))


def peak_mb(kriya: Kriya, mark: str) -> float:
    """The most memory that the largest process of one kind has held."""
    children = psutil.Process(kriya.process.pid).children(recursive=True)
    marked = [child.pid for child in children if mark in child.cmdline() or f"-m {mark}" in " ".join(child.cmdline())]
    peaks = []
    for pid in marked:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks.append(int(line.split()[1]) * 1024 / 1e6)
    return round(max(peaks), 1)


if __name__ == "__main__":
    main()
