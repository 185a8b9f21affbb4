"""Imports of designs: the file as it was sent, its pictures and its rows, each with what came of it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.exchange.plan import ImportState, RowAction
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.people import Organisation, Person


class DesignImport(Base):
    __tablename__ = "design_import"
    __table_args__ = (Index("ix_design_import_studio_id_created_at", "studio_id", "created_at"),)

    id: Mapped[uuid.UUID] = primary_key()
    studio_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))  # None: as the rows say
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state"), default=ImportState.CHECKING)
    file_name: Mapped[str]
    sheet_key: Mapped[str]  # the spreadsheet in the spool
    problems: Mapped[list[Any]] = mapped_column(default=list)  # of the spreadsheet as a whole
    picture_problems: Mapped[list[Any]] = mapped_column(default=list)  # why a picture was not taken, by its name
    check_number: Mapped[int] = mapped_column(default=1)  # counts up when it is to be checked anew
    submits: Mapped[bool] = mapped_column(default=False)  # complete designs go to review by themselves
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime.datetime | None]
    confirmed_at: Mapped[datetime.datetime | None]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime.datetime | None]
    studio: Mapped[Organisation | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(foreign_keys=[created_by])


class DesignImportPicture(Base):
    """A picture that was sent for an import. `folded_name` is how names are compared."""

    __tablename__ = "design_import_picture"
    __table_args__ = (UniqueConstraint("import_id", "folded_name"),)

    id: Mapped[uuid.UUID] = primary_key()
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_import.id", ondelete="CASCADE"))
    name: Mapped[str]
    folded_name: Mapped[str]
    image_key: Mapped[str] = mapped_column(index=True)  # in the spool; the same as it will have among the images
    content_type: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]


class DesignImportPack(Base):
    """A tech pack that was sent for an import: what it says, and the files of which it speaks, all in the spool."""

    __tablename__ = "design_import_pack"
    __table_args__ = (UniqueConstraint("import_id", "folded_name"),)

    id: Mapped[uuid.UUID] = primary_key()
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_import.id", ondelete="CASCADE"))
    folded_name: Mapped[str]  # of its folder
    content_key: Mapped[str]
    drawing_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    picture_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DesignImportRow(Base):
    """One row of the spreadsheet. `result` is empty until it was imported: what is left to do after a restart."""

    __tablename__ = "design_import_row"
    __table_args__ = (
        Index("ix_design_import_row_waiting", "import_id", "number", postgresql_where=text("result IS NULL")),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # as spreadsheets count
    original_row: Mapped[int | None]  # the number of the row that is to be imported before
    reference: Mapped[str]
    title: Mapped[str]
    cells: Mapped[dict[str, Any]]
    action: Mapped[RowAction] = mapped_column(choice(RowAction, "action"))
    stamp: Mapped[str | None]  # of what the design said when the row was checked
    problems: Mapped[list[Any]] = mapped_column(default=list)
    result: Mapped[RowAction | None] = mapped_column(choice(RowAction, "result"))
    is_submitted: Mapped[bool] = mapped_column(default=False)
    version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("design_version.id", ondelete="SET NULL"))
