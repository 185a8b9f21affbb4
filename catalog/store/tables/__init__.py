"""The tables, a module for each group of nouns. Import them from here: a table unseen is unknown to the migrations."""

from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.batches import Batch, BatchPhoto
from catalog.store.tables.collections import Collection, CollectionItem, Favourite
from catalog.store.tables.designs import EMBEDDING_SIZE, Design, DesignEvent, DesignPicture, DesignVersion
from catalog.store.tables.imports import DesignImport, DesignImportPack, DesignImportPicture, DesignImportRow
from catalog.store.tables.inquiries import (
    Inquiry,
    InquiryAttachment,
    InquiryEntry,
    InquiryLine,
    InquiryQuotation,
    InquiryReading,
    InquiryWorkshop,
)
from catalog.store.tables.inspections import Correction, Inspection
from catalog.store.tables.makes import Make, MakerCount, MakeRecord, ShownDesign
from catalog.store.tables.money import ExchangeRateRecord
from catalog.store.tables.notifications import MailPreference, Notification
from catalog.store.tables.people import Mentorship, Organisation, Person
from catalog.store.tables.search import CatalogEntry, CatalogLikeness, CatalogWord, Embedding, PhotoQuery
from catalog.store.tables.standards import Calibration, ReferencePhoto, ReferenceStandard
from catalog.store.tables.tech_packs import TechPackRecord, TechPackShare

__all__ = [
    "EMBEDDING_SIZE",
    "Base",
    "Batch",
    "BatchPhoto",
    "Calibration",
    "CatalogEntry",
    "CatalogLikeness",
    "CatalogWord",
    "Collection",
    "CollectionItem",
    "Correction",
    "Design",
    "DesignEvent",
    "DesignImport",
    "DesignImportPack",
    "DesignImportPicture",
    "DesignImportRow",
    "DesignPicture",
    "DesignVersion",
    "Embedding",
    "ExchangeRateRecord",
    "Favourite",
    "Inquiry",
    "InquiryAttachment",
    "InquiryEntry",
    "InquiryLine",
    "InquiryQuotation",
    "InquiryReading",
    "InquiryWorkshop",
    "Inspection",
    "MailPreference",
    "Make",
    "MakeRecord",
    "MakerCount",
    "Mentorship",
    "Notification",
    "Organisation",
    "Person",
    "PhotoQuery",
    "ReferencePhoto",
    "ReferenceStandard",
    "ShownDesign",
    "TechPackRecord",
    "TechPackShare",
    "choice",
    "now",
    "primary_key",
]
