"""What people put aside: favourites, and collections in an order of their own."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.store.tables.base import Base, now, primary_key
from catalog.store.tables.designs import Design
from catalog.store.tables.people import Person


class Favourite(Base):
    __tablename__ = "favourite"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True, index=True)
    created_at: Mapped[datetime.datetime] = now()
    design: Mapped[Design] = relationship(lazy="joined")


class Collection(Base):
    """Designs that one person has put together; theirs alone, unless it has a share token."""

    __tablename__ = "collection"

    id: Mapped[uuid.UUID] = primary_key()
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[dict[str, Any]]  # Text
    note: Mapped[dict[str, Any]]  # Text
    contact: Mapped[str] = mapped_column(server_default="")  # lines for the lookbook
    share_token: Mapped[str | None] = mapped_column(unique=True)
    shared_at: Mapped[datetime.datetime | None]
    created_at: Mapped[datetime.datetime] = now()
    person: Mapped[Person] = relationship(lazy="joined")
    items: Mapped[list[CollectionItem]] = relationship(
        back_populates="collection", order_by="CollectionItem.position", cascade="all, delete-orphan"
    )


class CollectionItem(Base):
    __tablename__ = "collection_item"

    collection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True, index=True)
    position: Mapped[int]
    added_at: Mapped[datetime.datetime] = now()
    collection: Mapped[Collection] = relationship(back_populates="items")
    design: Mapped[Design] = relationship(lazy="joined")
