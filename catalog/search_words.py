"""Words as the search compares them: without accents, in small letters, without those that say nothing."""

from __future__ import annotations

import re
import unicodedata

MAX_TOKENS = 8
MAX_TOKEN = 40
# From this length on, the last word typed may be a beginning; shorter ones are the beginning of everything.
LEAST_BEGINNING = 3
_WORD = re.compile(r"[^\W_]+")

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
        "that",
        "the",
        "their",
        "this",
        "to",
        "was",
        "which",
        "with",
    ]
)


def plain(text: str) -> str:
    """'Lemari Késambi' -> 'lemari kesambi'."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(each for each in decomposed if not unicodedata.combining(each)).replace("\0", " ")


def words_of(text: str) -> list[str]:
    """The words of a text that say something, in its order."""
    return [word[:MAX_TOKEN] for word in _WORD.findall(plain(text)) if word not in STOP_WORDS]


def tokens_of(typed: str) -> tuple[str, ...]:
    """What a search looks for: each word once; the last one as a beginning, marked with a *.

    'Mangkuk dan sela' -> ('mangkuk', 'sela*'). Whatever is typed, nothing but letters and digits is left.
    """
    words = list(dict.fromkeys(words_of(typed)))[:MAX_TOKENS]
    if words and len(words[-1]) >= LEAST_BEGINNING and not typed.endswith(" "):
        words[-1] += "*"
    return tuple(words)
