"""The most memory this process has held since it was last asked to forget."""

import contextlib
import resource
import sys
from pathlib import Path


def reset_peak() -> None:
    """Start counting afresh; where the system cannot, the peak stays that of the whole process."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets VmHWM


def peak_mb() -> float:
    """Peak resident memory of this process, in MB of 1e6 bytes."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
