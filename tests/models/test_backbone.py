import subprocess
import sys
from pathlib import Path

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

standard = models.fit([photo(seed) for seed in range(8)])
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
