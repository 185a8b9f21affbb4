"""The words of a large catalog, held in memory: read once in the background, and right about whatever changes since.

A small catalog needs none of it: its database finds a word in a millisecond.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from pyroaring import BitMap
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.search_index import Match
from catalog.search_lexicon import Lexicon
from catalog.store import search as store
from service.database import Database

log = logging.getLogger(__name__)

# Below, the database is as quick. The sets of all words of a million designs take a web process 160 MB, and a common
# word costs the database seconds there; above, they would take it more than a small server has.
WORTH_IT_FROM, WORTH_IT_TO = 5_000, 2_000_000
# After so many changes the words are read anew.
MOST_CHANGED = 2_000


class WordMemory:
    """One for each application. Threads share it."""

    def __init__(self, database: Database | None = None) -> None:
        """Without a database nothing is ever held: every word is asked for."""
        self._database = database
        self._lexicon: Lexicon | None = None
        self._changed: dict[int, int] = {}  # number -> the last transaction that wrote it
        self._both = threading.Lock()  # lexicon and changes belong together
        self._is_reading = threading.Lock()

    def note(self, changes: store.Changes) -> None:
        """Some entries have changed: what is held of them is not to be believed."""
        if changes.rows:
            with self._both:
                self._changed.update((row.number, changed_in) for changed_in, row in changes.rows)

    def keep(self, designs: int) -> None:
        """Read the words in the background, if that is worth it and they are not there, or too much has changed."""
        if self._database is None or not WORTH_IT_FROM <= designs <= WORTH_IT_TO:
            return
        is_right = self._lexicon is not None and len(self._changed) <= MOST_CHANGED
        if not is_right and self._is_reading.acquire(blocking=False):
            threading.Thread(target=self._read_and_release, name="words of the catalog", daemon=True).start()

    def _read_and_release(self) -> None:
        try:
            self.read()
        except DBAPIError as error:
            log.warning("the words of the catalog cannot be read now: %s", error)
        finally:
            self._is_reading.release()

    def read(self) -> None:
        """To be called once somebody notes what changes. Raises: sqlalchemy.exc.DBAPIError."""
        with self._database.session() as session:
            lexicon = store.read_lexicon(session)
        with self._both:
            # What an earlier transaction wrote is in what was read.
            self._changed = {each: by for each, by in self._changed.items() if by >= lexicon.watermark}
            self._lexicon = lexicon

    def find(self, session: Session, tokens: Sequence[str]) -> list[Match]:
        """The entries that have each token, as `catalog.store.search.find_tokens` finds them."""
        with self._both:
            lexicon, changed = self._lexicon, BitMap(self._changed)
        if lexicon is None:
            return store.find_tokens(session, tokens)
        held = [lexicon.find(*query) for query in store.read_queries(session, tokens)]
        if None in held:
            return store.find_tokens(session, tokens)
        if not changed:
            return held
        now = store.find_tokens(session, tokens, list(changed))
        return [match.with_changes(changed, of_changed) for match, of_changed in zip(held, now, strict=True)]
