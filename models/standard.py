"""A fitted standard: what inspection needs of the references, and the report about them."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models.alignment import Template
from models.artifact import pack, unpack
from models.calibration import ACCEPT_SCORE, deviation_of, score_of
from models.colour import ColourModel
from models.errors import BrokenArtifact
from models.glare import GlareModel
from models.region_of_interest import Box
from models.self_test import NOTES as SELF_TEST_NOTES
from models.self_test import SelfTest
from models.shape import ShapeModel, pack_shape, unpack_shape
from models.surface import LooseModel, SpotModel
from models.surround import LampModel
from models.view import View

NOTE_CODES = frozenset({"few_references", "outlier_found", "loose_view"}) | SELF_TEST_NOTES
ENGINE_VERSION = "1.1.0"
READABLE_SERIES = "1."


@dataclass(frozen=True)
class ReferenceReport:
    """How one reference stands among the others, scored by a standard made without it."""

    name: str
    score: float
    is_outlier: bool


@dataclass(frozen=True)
class FitReport:
    """What a designer should know before relying on the standard.

    agreement: 0..1, the share of references that the others accept.
    notes: codes. few_references: below 12, so the limit is wide. outlier_found: look at it before activating.
        loose_view: photos do not agree spot by spot, so small changes in the wrong place go unseen.
        misses_small_cracks: cracks up to a tenth of the piece or more. misses_kinds: some kinds of any size tried.
        not_self_tested: nothing is known of what it would catch.
    self_test: None when it was left out, and in standards of before there was one.
    width_px, height_px: what the references' photos have, in the median.
    """

    references: tuple[ReferenceReport, ...]
    expected_false_reject_rate: float
    false_reject_interval: tuple[float, float]
    agreement: float
    notes: tuple[str, ...]
    fit_seconds: float
    width_px: int
    height_px: int
    self_test: SelfTest | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON. Without a self-test there is no key for it: a standard of before keeps its bytes and hash."""
        content = asdict(replace(self, self_test=None)) | {
            "references": [asdict(reference) for reference in self.references],
            "false_reject_interval": list(self.false_reject_interval),
            "notes": list(self.notes),
        }
        del content["self_test"]
        return content if self.self_test is None else content | {"self_test": self.self_test.to_dict()}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "FitReport":
        """The inverse of to_dict."""
        references = tuple(ReferenceReport(**reference) for reference in content["references"])
        interval = tuple(content["false_reject_interval"])
        notes = tuple(content["notes"])
        tested = content.get("self_test")
        self_test = None if tested is None else SelfTest.from_dict(tested)
        return cls(**content | {
            "references": references, "false_reject_interval": interval, "notes": notes, "self_test": self_test,
        })  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Where acceptance ends, and what the references' own photos were like.

    anomaly: the anomaly score at the accept limit. least_likeness: below it a photo shows something else.
    most_border: share of the photo's border that the piece touches.
    """

    anomaly: float
    least_likeness: float
    most_border: float
    least_agreement: float
    least_sharpness: float
    darkest: float
    brightest: float


@dataclass(frozen=True, eq=False)
class FittedStandard:
    """The view that photos are brought to, the surface models on it, and the limits."""

    view: View
    limits: Limits
    spots: tuple[SpotModel, ...]  # wide and fine embeddings in a registered view, empty in a loose one
    loose: LooseModel | None
    common: np.ndarray  # (S, S, 3) float32, the references' common picture: models.light
    thumbnails: np.ndarray  # (K, S, S, 3) float16, log colours of each reference, to find the nearest
    report: FitReport
    colour: ColourModel | None = None  # where colour cannot be judged, and in standards from before it was
    derived_from: str = ""  # the hash of the standard whose limit was moved to make this one
    shape: ShapeModel | None = None  # of the silhouette, where the view has one
    pictures: dict[str, bytes] = field(default_factory=dict)  # JPEG, the self-test's example of each kind
    glare: GlareModel | None = None  # where photos agree spot by spot
    region: Box | None = None  # of interest, where the designer drew one: models.region_of_interest

    def with_limit(
        self, limit: float, expected_false_reject_rate: float, false_reject_interval: tuple[float, float]
    ) -> "FittedStandard":
        """This standard with another limit, in limits of this one; it remembers which it is derived from."""
        references = tuple(
            replace(reference, score=score_of(deviation_of(reference.score) / limit))
            for reference in self.report.references
        )
        self_test = self.report.self_test and self.report.self_test.with_limit(limit)
        notes = tuple(note for note in self.report.notes if self_test is None or note not in SELF_TEST_NOTES)
        report = replace(
            self.report,
            references=references,
            notes=notes + (self_test.notes if self_test else ()),
            self_test=self_test,
            expected_false_reject_rate=expected_false_reject_rate,
            false_reject_interval=false_reject_interval,
            agreement=sum(reference.score >= ACCEPT_SCORE for reference in references) / len(references),
        )
        return replace(
            self,
            limits=replace(self.limits, anomaly=self.limits.anomaly * limit),
            colour=self.colour and self.colour.scaled(limit),
            shape=self.shape and self.shape.scaled(limit),
            report=report,
            derived_from=self.hash,
        )

    def to_bytes(self) -> bytes:
        """The standard as a file: see models.artifact."""
        return self._packed

    @cached_property
    def _packed(self) -> bytes:
        view = {name: getattr(self.view, name) for name in _VIEW_FIELDS}
        content = {
            "engine_version": ENGINE_VERSION, "view": view, "limits": asdict(self.limits),
            "spots": len(self.spots), "report": self.report.to_dict(),
            "is_loose": self.loose is not None,
        }  # fmt: skip
        shape, shape_arrays = pack_shape(self.shape)
        if shape is not None:
            content["shape"] = shape
        if self.derived_from:
            content["derived_from"] = self.derived_from
        if self.region is not None:
            content["region"] = list(self.region)
        arrays = {f"template_{name}": getattr(self.view.template, name) for name in _TEMPLATE_FIELDS}
        arrays |= {"common": self.common, "thumbnails": self.thumbnails}
        for index, model in enumerate(self.spots):
            arrays |= {f"{name}_{index}": getattr(model, name) for name in _SPOT_FIELDS}
        if self.loose is not None:
            arrays |= {name: getattr(self.loose, name) for name in _LOOSE_FIELDS}
        arrays |= shape_arrays
        arrays |= {PICTURE + kind: np.frombuffer(jpeg, np.uint8) for kind, jpeg in self.pictures.items()}
        if self.colour is not None:
            arrays |= {f"colour_{name}": getattr(self.colour, name) for name in _COLOUR_FIELDS}
            if self.colour.lamps is not None:
                arrays |= {f"lamps_{name}": getattr(self.colour.lamps, name) for name in _LAMP_FIELDS}
        if self.glare is not None:
            arrays |= {"glare_watched": self.glare.watched, "glare_limit": np.array(self.glare.limit)}
        return pack(content, arrays)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of to_bytes(), in hex: the name of exactly this standard."""
        return hashlib.sha256(self._packed).hexdigest()

    def save(self, path: str | Path) -> None:
        """Write to_bytes() to a file."""
        Path(path).write_bytes(self._packed)


PICTURE = "picture_"
_VIEW_FIELDS = ("by_piece", "is_registered", "height_px", "width_px", "box", "typical_agreement")
_TEMPLATE_FIELDS = ("grey", "compared", "piece")
_LOOSE_FIELDS = ("bank", "owners", "usual")
_SPOT_FIELDS = ("mean", "whitening", "typical", "spread")
_COLOUR_FIELDS = ("common", "colours", "wide_spread", "place_spread", "usual", "room")
_LAMP_FIELDS = ("table", "levels", "textures", "cards")


def load(source: bytes | Path) -> FittedStandard:
    """A standard from its bytes or its file. Raises: BrokenArtifact."""
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise BrokenArtifact(f"The standard cannot be opened: {error.strerror}.") from error
    content, arrays = unpack(data)
    try:
        version = content["engine_version"]
        if not version.startswith(READABLE_SERIES):
            raise BrokenArtifact(f"The standard was made by engine {version}; fit it again.")
        return _assemble(content, arrays)
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenArtifact(f"The standard is incomplete: {error}.") from error


def _assemble(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> FittedStandard:
    template = Template(*(arrays[f"template_{name}"] for name in _TEMPLATE_FIELDS))
    view = View(**content["view"] | {"box": tuple(content["view"]["box"])}, template=template)
    spots = tuple(
        SpotModel(*(arrays[f"{name}_{index}"] for name in _SPOT_FIELDS)) for index in range(content["spots"])
    )
    loose = LooseModel(*(arrays[name] for name in _LOOSE_FIELDS)) if content["is_loose"] else None
    pictures = {
        name.removeprefix(PICTURE): array.tobytes() for name, array in arrays.items() if name.startswith(PICTURE)
    }
    region = content.get("region")
    return FittedStandard(
        view, Limits(**content["limits"]), spots, loose, arrays["common"], arrays["thumbnails"],
        FitReport.from_dict(content["report"]), _assemble_colour(arrays), content.get("derived_from", ""),
        unpack_shape(content.get("shape"), arrays), pictures, _assemble_glare(arrays),
        None if region is None else tuple(region),
    )  # fmt: skip


def _assemble_glare(arrays: dict[str, np.ndarray]) -> GlareModel | None:
    if "glare_watched" not in arrays:
        return None
    return GlareModel(arrays["glare_watched"], float(arrays["glare_limit"]))


def _assemble_colour(arrays: dict[str, np.ndarray]) -> ColourModel | None:
    if "colour_common" not in arrays:
        return None
    lamps = LampModel(*(arrays[f"lamps_{name}"] for name in _LAMP_FIELDS)) if "lamps_table" in arrays else None
    return ColourModel(*(arrays[f"colour_{name}"] for name in _COLOUR_FIELDS), lamps)
