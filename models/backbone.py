"""The ONNX graph, run by OpenVINO: photos in, feature maps out. Nothing leaves the machine.

The openvino package sends a usage event when it is imported, through openvino_telemetry. Its import is
therefore blocked first: openvino then takes its own do-nothing stub. A test proves that no socket is opened.
"""

import functools
import sys
import threading
from pathlib import Path

import numpy as np

sys.modules.setdefault("openvino_telemetry", None)  # an import of it now fails, as if it were not installed

import openvino  # noqa: E402

WEIGHTS_PATH = Path(__file__).parent / "weights" / "efficientnet_lite2.onnx"
STRIDE_MULTIPLE = 32
CHANNELS = {"stride4": 24, "stride8": 48, "stride16": 120, "stride32": 352}
THREADS = 2
MOST_SIZES_KEPT = 4  # each compiled size holds some 40 MB


class Backbone:
    """One input size and one choice of feature maps, compiled; safe to call from several threads."""

    def __init__(self, height_px: int, width_px: int, outputs: tuple[str, ...]) -> None:
        """Height and width are multiples of 32; outputs are keys of CHANNELS."""
        self.height_px, self.width_px = height_px, width_px
        self._compiled = _compile(height_px, width_px, outputs)
        self._local = threading.local()
        self(np.zeros((height_px, width_px, 3), np.uint8))  # see get_backbone

    def __call__(self, rgb: np.ndarray) -> list[np.ndarray]:
        """Photo (H, W, 3) uint8 to one float32 map (h, w, C) for each output, in the order asked for."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        pixels = rgb.astype(np.float32).transpose(2, 0, 1)[None]  # (1, 3, H, W)
        answer = self._local.request.infer({0: np.ascontiguousarray(pixels)})
        return [answer[port][0].transpose(1, 2, 0).copy() for port in self._compiled.outputs]


_one_at_a_time = threading.Lock()


def get_backbone(height_px: int, width_px: int, outputs: tuple[str, ...]) -> Backbone:
    """The compiled network for one size, made once in a process.

    Made by one thread at a time, its first inference included: openvino's binding sets itself up in the first
    inference of a process, and two threads that both do it wait for each other for ever, one with Python's lock,
    the other with C++'s.
    """
    with _one_at_a_time:
        return _make_backbone(height_px, width_px, outputs)


_make_backbone = functools.lru_cache(maxsize=MOST_SIZES_KEPT)(Backbone)


def _compile(height_px: int, width_px: int, outputs: tuple[str, ...]) -> openvino.CompiledModel:
    core = openvino.Core()
    graph = core.read_model(WEIGHTS_PATH)
    ports = [graph.output(name) for name in outputs]
    pruned = openvino.Model(ports, graph.get_parameters(), "backbone")  # drops what feeds no wanted output
    pruned.reshape([1, 3, height_px, width_px])
    return core.compile_model(pruned, "CPU", {
        # One stream a thread: photos run side by side, each in f32 whatever the CPU offers, so that every
        # machine gives the same score.
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": THREADS,
        "INFERENCE_NUM_THREADS": THREADS,
    })  # fmt: skip
