import functools
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models import backbone

PROGRAM = """
import sys

def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        raise SystemExit(f"network used: {event} {arguments}")

sys.addaudithook(refuse)
import io
import threading
import numpy as np
from PIL import Image
import models

def photo(seed):
    noise = np.random.default_rng(seed).integers(0, 255, (96, 96, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    return out.getvalue()

standard = models.fit([photo(seed) for seed in range(8)], self_test=False)
models.Inspector(standard).inspect(photo(9))
models.embed(photo(9))
assert sys.modules.get("openvino_telemetry") is None, "telemetry was imported"
import openvino
stub = sys.modules["openvino.tools.ovc.telemetry_utils"].tm.__name__
assert stub == "openvino.tools.ovc.telemetry_stub", stub
assert "torch" not in sys.modules, "torch was imported"
print("quiet", threading.active_count())
"""


def test_nothing_leaves_the_machine_and_no_torch_is_loaded(tmp_path):
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=root,
                          env={"HOME": str(tmp_path), "PATH": ""})  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("quiet")
    assert list(tmp_path.iterdir()) == []  # the telemetry client keeps its identifier in the home directory


def test_networks_are_made_by_one_thread_at_a_time_and_each_only_once(monkeypatch):
    """Two threads that infer first of all would wait for each other for ever."""
    inside, most_inside, made = 0, 0, []

    def make(*size_and_outputs):
        nonlocal inside, most_inside
        inside += 1
        most_inside = max(most_inside, inside)
        time.sleep(0.01)
        made.append(size_and_outputs)
        inside -= 1
        return object()

    monkeypatch.setattr(backbone, "_make_backbone", functools.lru_cache(maxsize=16)(make))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: backbone.get_backbone(32 * (number % 2 + 1), 32, ()), range(8)))
    assert most_inside == 1
    assert len(made) == len(set(answers)) == 2


def test_a_network_has_inferred_once_when_it_is_handed_out(monkeypatch):
    seen = []
    infer = backbone.Backbone.__call__
    monkeypatch.setattr(backbone.Backbone, "__call__", lambda self, rgb: seen.append(rgb.shape) or infer(self, rgb))
    backbone.Backbone(64, 32, ("stride16",))
    assert seen == [(64, 32, 3)]
