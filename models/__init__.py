"""The inspection engine: photos in, a verdict with its evidence out.

Owns decoding, measuring and judging photos. May import numpy, OpenCV, Pillow and OpenVINO, and nothing of
catalog, service or training: it knows no database, no web, no design, so that it can be measured and reused
alone. No torch either: what serves is the committed ONNX file.

    standard = fit(paths_of_good_photos)
    inspection = Inspector(standard).inspect(photo)
"""

import models.threads  # noqa: F401  (before numpy)

# isort: split
import numpy as np

from models.calibration import ACCEPT_SCORE, REJECT_SCORE, deviation_of
from models.embedding import EMBEDDING_SIZE, embed_photo
from models.fitting import MAX_REFERENCES, MIN_REFERENCES, fit
from models.image import decode
from models.inspection import REASON_CODES, Inspection, Reason, Region
from models.inspector import Inspector
from models.recalibration import LEAST_CORRECTIONS, LimitProposal, propose_limit, replay_score
from models.self_test import KindTested, SelfTest, SizeTested
from models.standard import ENGINE_VERSION, NOTE_CODES, FitReport, FittedStandard, ReferenceReport, load

__all__ = [
    "ACCEPT_SCORE",
    "EMBEDDING_SIZE",
    "ENGINE_VERSION",
    "LEAST_CORRECTIONS",
    "MAX_REFERENCES",
    "MIN_REFERENCES",
    "NOTE_CODES",
    "REASON_CODES",
    "REJECT_SCORE",
    "FitReport",
    "FittedStandard",
    "Inspection",
    "Inspector",
    "KindTested",
    "LimitProposal",
    "Reason",
    "ReferenceReport",
    "Region",
    "SelfTest",
    "SizeTested",
    "deviation_of",
    "embed",
    "fit",
    "load",
    "propose_limit",
    "replay_score",
]


def embed(photo: bytes) -> np.ndarray:
    """What a photo shows, as (EMBEDDING_SIZE,) float32 of length 1, for "more like this" by cosine.

    Raises: models.errors.UnreadableImage.
    """
    return embed_photo(decode(photo, min_side_px=256))
