"""Words as the search compares them: without accents, in small letters, without those that say nothing.

A size is one word, in whole millimetres, however it is written: '30 cm', '30cm' and '300 mm' are '300mm'.
"""

from __future__ import annotations

import re
import unicodedata

MAX_TOKENS = 8
MAX_TOKEN = 40
# From this length on, the last word typed may be a beginning; shorter ones are the beginning of everything.
LEAST_BEGINNING = 3
_WORD = re.compile(r"[^\W_]+")
_NUMBER = r"\d{1,5}(?:[.,]\d{1,2})?"
# '30 cm', '2,5 m'; '15 x 20 cm' are two.
_SIZES = re.compile(rf"\b((?:{_NUMBER}\s?[x×]\s?)*{_NUMBER})\s?(mm|cm|m)\b")
_MILLIMETRES = {"mm": 1, "cm": 10, "m": 1000}

# What PostgreSQL's Indonesian stemmer takes for another word with affixes: a shirt (kemeja) is no table (meja).
# These are found as they are written.
UNSTEMMED = frozenset(["kemeja", "kepala", "keranjang", "kuningan", "perhiasan"])

# Function words that are in nearly every sentence. PostgreSQL knows none of Indonesian.
STOP_WORDS = frozenset(
    [
        "ada",
        "adalah",
        "agar",
        "akan",
        "atau",
        "bagi",
        "bahwa",
        "dalam",
        "dan",
        "dapat",
        "dari",
        "dengan",
        "di",
        "hingga",
        "ia",
        "ini",
        "itu",
        "juga",
        "karena",
        "ke",
        "lalu",
        "oleh",
        "pada",
        "para",
        "saat",
        "sampai",
        "sebagai",
        "secara",
        "sebuah",
        "serta",
        "setiap",
        "tanpa",
        "tetapi",
        "untuk",
        "yang",
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "in",
        "into",
        "is",
        "it",
        "its",
        "no",
        "of",
        "on",
        "or",
        "s",  # of "the bowl's rim"
        "that",
        "the",
        "their",
        "this",
        "to",
        "was",
        "which",
        "with",
        "ø",
    ]
)


def plain(text: str) -> str:
    """'Lemari Késambi' -> 'lemari kesambi'."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(each for each in decomposed if not unicodedata.combining(each)).replace("\0", " ")


def words_of(text: str) -> list[str]:
    """The words of a text that say something, in its order."""
    found = _WORD.findall(_SIZES.sub(_in_millimetres, plain(text)))
    return [word[:MAX_TOKEN] for word in found if word not in STOP_WORDS]


def _in_millimetres(sizes: re.Match[str]) -> str:
    numbers, unit = re.findall(_NUMBER, sizes[1]), sizes[2]
    return " ".join(size_word(float(number.replace(",", ".")) * _MILLIMETRES[unit]) for number in numbers)


def size_word(size_mm: float) -> str:
    """300 -> '300mm'."""
    return f"{round(size_mm)}mm"


def size_words(size_mm: float) -> str:
    """The words by which a size is found: itself, and what it is in whole centimetres, as people say it."""
    return " ".join(dict.fromkeys([size_word(size_mm), size_word(10 * round(size_mm / 10))]))


def tokens_of(typed: str) -> tuple[str, ...]:
    """What a search looks for: each word once; the last one as a beginning, marked with a *.

    'Mangkuk dan sela' -> ('mangkuk', 'sela*'). Whatever is typed, nothing but letters and digits is left.
    """
    words = list(dict.fromkeys(words_of(typed)))[:MAX_TOKENS]
    if words and len(words[-1]) >= LEAST_BEGINNING and not typed.endswith(" "):
        words[-1] += "*"
    return tuple(words)
