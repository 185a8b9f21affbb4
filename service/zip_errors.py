"""What the standard library raises for a ZIP archive that is broken, locked or packed in a way it does not know."""

from __future__ import annotations

import zipfile
import zlib

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
