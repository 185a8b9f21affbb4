import contextlib
import importlib
import json
import resource
import sys

from formats import Refused

MAX_CPU_S = 20
MAX_MEMORY = 3 * 1024**3  # of addresses: the libraries reserve more than they use
MAX_WRITTEN = 64 * 1024**2


def bound():
    """From here on this process may take so much and no more."""
    for limit, most in (
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # where the system knows no such limit
            resource.setrlimit(limit, (most, most))


def main():
    kind, source, target, *fonts = sys.argv[1:]
    bound()
    with open(source, "rb") as file:
        data = file.read()
    try:
        facts, preview = importlib.import_module(f"formats.{kind}").read(data, fonts)
        with open(target, "wb") as file:
            file.write(preview)
    except Refused as refusal:
        facts = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        facts = {"refused": "drawing_too_long"}
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
