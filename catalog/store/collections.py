"""Favourites and collections of people, with what they show of each design today."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from catalog.collections import (
    MAX_COLLECTIONS,
    MAX_DESIGNS,
    MAX_FAVOURITES,
    CollectionWords,
    check_room,
    check_words,
    move,
    new_share_token,
)
from catalog.errors import NotFound
from catalog.store.designs import published_version
from catalog.store.tables import Collection, CollectionItem, Design, DesignVersion, Favourite, Person
from catalog.text import Text


@dataclass(frozen=True)
class Entry:
    """A design that was put aside. `version` is what the catalog shows of it; None since it has left the catalog."""

    design: Design
    version: DesignVersion | None

    @property
    def title(self) -> dict[str, str]:
        """Also of a design that has left: by the last version that was published."""
        shown = self.version or next(each for each in self.design.versions if each.published_at is not None)
        return shown.title


def entries_of(kept: Iterable[CollectionItem | Favourite]) -> list[Entry]:
    """What is shown of each, in their order."""
    return [Entry(each.design, published_version(each.design)) for each in kept]


def collections_of(session: Session, person_id: uuid.UUID) -> list[Collection]:
    """A person's collections with their designs, the newest first."""
    query = select(Collection).where(Collection.person_id == person_id)
    query = query.order_by(Collection.created_at.desc(), Collection.id)
    return list(session.scalars(query.options(_with_designs())))


def get_collection(
    session: Session, collection_id: uuid.UUID, person_id: uuid.UUID | None, *, lock: bool = False
) -> Collection:
    """A person's own collection; with `lock`, whoever else wants to change it waits.

    Raises: NotFound, also for those of others.
    """
    query = select(Collection).where(Collection.id == collection_id, Collection.person_id == person_id)
    if lock:
        query = query.with_for_update(of=Collection).execution_options(populate_existing=True)
    return _found(session.scalar(query.options(_with_designs())))


def get_shared(session: Session, token: str) -> Collection:
    """The collection that is shared by this token. Raises: NotFound, also once the link is revoked."""
    return _found(session.scalar(select(Collection).where(Collection.share_token == token).options(_with_designs())))


def _found(collection: Collection | None) -> Collection:
    if collection is None:
        raise NotFound("collection_not_found")
    return collection


def _with_designs() -> ExecutableOption:
    return selectinload(Collection.items).joinedload(CollectionItem.design).selectinload(Design.versions)


def add_collection(session: Session, person_id: uuid.UUID, words: CollectionWords) -> Collection:
    """Raises: InvalidFields, RuleBroken("too_many_collections")."""
    check_words(words)
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    count = session.scalar(select(func.count()).select_from(Collection).where(Collection.person_id == person_id))
    check_room(count or 0, MAX_COLLECTIONS, "too_many_collections")
    collection = Collection(person_id=person_id, items=[])
    _write(collection, words)
    session.add(collection)
    session.flush()
    return collection


def change_collection(session: Session, collection: Collection, words: CollectionWords) -> None:
    """Raises: InvalidFields."""
    check_words(words)
    _write(collection, words)
    session.flush()


def read_words(collection: Collection) -> CollectionWords:
    return CollectionWords(Text(**collection.title), Text(**collection.note), collection.contact)


def _write(collection: Collection, words: CollectionWords) -> None:
    collection.title, collection.note, collection.contact = asdict(words.title), asdict(words.note), words.contact


def remove_collection(session: Session, collection: Collection) -> None:
    session.delete(collection)
    session.flush()


def add_design(session: Session, collection: Collection, design: Design) -> bool:
    """Put a design last; False when it was in there already. The collection is to be locked.

    Raises: RuleBroken("collection_is_full").
    """
    if any(item.design_id == design.id for item in collection.items):
        return False
    check_room(len(collection.items), MAX_DESIGNS, "collection_is_full")
    position = max((item.position for item in collection.items), default=-1) + 1
    collection.items.append(CollectionItem(design=design, position=position))
    session.flush()
    return True


def remove_design(session: Session, collection: Collection, design_id: uuid.UUID) -> None:
    """Take a design out; one that is not in there is no error. The collection is to be locked."""
    collection.items = [item for item in collection.items if item.design_id != design_id]
    session.flush()


def move_design(session: Session, collection: Collection, design_id: uuid.UUID, by: int) -> None:
    """Show a design so many places later (earlier where `by` is negative). The collection is to be locked.

    Raises: NotFound.
    """
    order = [item.design_id for item in collection.items]
    if design_id not in order:
        raise NotFound("design_not_found")
    order = move(order, design_id, by)
    for item in collection.items:
        item.position = order.index(item.design_id)
    session.flush()
    session.refresh(collection, ["items"])


def share(session: Session, collection: Collection) -> str:
    """Let whoever has the link look at a collection; the token of its address, a new one after each revocation."""
    if collection.share_token is None:
        collection.share_token = new_share_token()
        collection.shared_at = datetime.datetime.now(datetime.UTC)
        session.flush()
    return collection.share_token


def stop_sharing(session: Session, collection: Collection) -> None:
    """The link given out before leads nowhere from now on."""
    collection.share_token = collection.shared_at = None
    session.flush()


def stop_sharing_all(session: Session, person_id: uuid.UUID) -> None:
    """The same for every collection of a person; one that is being shared at this moment as well."""
    query = update(Collection).where(Collection.person_id == person_id)
    session.execute(query.values(share_token=None, shared_at=None))


def favourites_of(session: Session, person_id: uuid.UUID | None, *, limit: int = MAX_FAVOURITES) -> list[Favourite]:
    """The newest first."""
    query = select(Favourite).where(Favourite.person_id == person_id)
    query = query.options(joinedload(Favourite.design).selectinload(Design.versions))
    return list(session.scalars(query.order_by(Favourite.created_at.desc(), Favourite.design_id).limit(limit)))


def favourite_ids(session: Session, person_id: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """The designs that a person has marked."""
    return frozenset(session.scalars(select(Favourite.design_id).where(Favourite.person_id == person_id)))


def favourite_slugs(session: Session, person_id: uuid.UUID) -> frozenset[str]:
    """The same by the designs' names in addresses, as cards know them."""
    query = select(Design.slug).join(Favourite, Favourite.design_id == Design.id)
    return frozenset(session.scalars(query.where(Favourite.person_id == person_id)))


def set_favourite(session: Session, person_id: uuid.UUID, design: Design, is_favourite: bool) -> None:
    """Mark a design or take the mark away; done twice is done once.

    Raises: RuleBroken("too_many_favourites").
    """
    marked = favourite_ids(session, person_id)
    if is_favourite and design.id not in marked:
        check_room(len(marked), MAX_FAVOURITES, "too_many_favourites")
        values = {"person_id": person_id, "design_id": design.id}
        session.execute(insert(Favourite).values(**values).on_conflict_do_nothing())
    elif not is_favourite and design.id in marked:
        session.delete(session.get(Favourite, (person_id, design.id)))
    session.flush()


def find_published(session: Session, slugs: Sequence[str]) -> list[DesignVersion]:
    """The published versions of these designs, in the order given, each once."""
    query = select(Design).where(Design.slug.in_(slugs)).options(selectinload(Design.versions))
    found = {design.slug: published_version(design) for design in session.scalars(query)}
    shown = (found.get(slug) for slug in dict.fromkeys(slugs))
    return [version for version in shown if version is not None]
