"""The engine's exceptions, drawn as a tree.

    KriyaModelError
    ├── UnreadableImage        bytes that cannot be decoded; .code says why
    ├── BrokenArtifact         a file that is not a whole, known standard
    ├── NoRoomForDefect        a synthetic defect too large for the piece
    └── FitError               no standard can be made of these references
        ├── TooFewReferences
        ├── TooManyReferences
        ├── UnreadableReferences   .names, and .codes beside them
        ├── UnlikeReferences       .names: the ones that agree with no other
        └── InvalidRegion          a region of interest that is none
"""

from collections.abc import Sequence


class KriyaModelError(Exception):
    """Base of everything the engine raises on purpose."""


class UnreadableImage(KriyaModelError):
    """The bytes are no photo this engine reads.

    `code` is one of `IMAGE_ERROR_CODES`, stable for translation; the message is English.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BrokenArtifact(KriyaModelError):
    """The file is not a standard, is damaged, or was made by an engine this one cannot follow."""


class NoRoomForDefect(KriyaModelError):
    """A synthetic defect of this size fits nowhere on the piece."""

    def __init__(self, kind: str, size_px: float) -> None:
        super().__init__(f"The piece has no room for {kind} of {size_px:.0f} px.")
        self.kind = kind
        self.size_px = size_px


class FitError(KriyaModelError):
    """No standard can be fitted; the message says what to change."""


class TooFewReferences(FitError):
    """Fewer references than a standard needs."""

    def __init__(self, given: int, needed: int) -> None:
        super().__init__(f"A standard needs at least {needed} reference photos; {given} given.")
        self.given = given
        self.needed = needed


class TooManyReferences(FitError):
    """More references than a standard may have."""

    def __init__(self, given: int, allowed: int) -> None:
        super().__init__(f"A standard takes at most {allowed} reference photos; {given} given.")
        self.given = given
        self.allowed = allowed


class UnreadableReferences(FitError):
    """Some references cannot be decoded; every one of them is named."""

    def __init__(self, names: Sequence[str], codes: Sequence[str]) -> None:
        listed = ", ".join(f"{name} ({code})" for name, code in zip(names, codes, strict=True))
        super().__init__(f"These reference photos cannot be read: {listed}.")
        self.names = tuple(names)
        self.codes = tuple(codes)


class InvalidRegion(FitError):
    """The region of interest is not a part of a photo, or too small a part."""


class UnlikeReferences(FitError):
    """The references do not show the same piece in the same view."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            "The reference photos do not show the same piece in the same view. "
            f"Least like the others: {', '.join(names)}."
        )
        self.names = tuple(names)


IMAGE_ERROR_CODES = frozenset(
    {"empty", "not_an_image", "unsupported_format", "truncated", "too_many_pixels", "missing_file"}
)
