"""What the API takes and gives, field by field, one file a noun. The OpenAPI document is made from these.

The error messages of what is taken are codes: service.messages has their sentences.
"""

from __future__ import annotations

from service.api.schemas.basics import Error, Page, PageQuery, Problem, Taken, Text
from service.api.schemas.batches import Batch, BatchPage, Counts, NewBatch
from service.api.schemas.collections import CollectedDesign, Collection, CollectionInList, CollectionPage, NewCollection
from service.api.schemas.designs import (
    Design,
    DesignColour,
    DesignInList,
    DesignStandard,
    Picture,
)
from service.api.schemas.imports import (
    ConfirmedImport,
    ExportQuery,
    Import,
    ImportPage,
    ImportProblem,
    ImportRow,
    ImportRowPage,
    ImportRowQuery,
    RowCounts,
)
from service.api.schemas.inquiries import (
    Attachment,
    Inquiry,
    InquiryEntry,
    InquiryInList,
    InquiryLine,
    InquiryPage,
    NewInquiry,
    NewInquiryLine,
    NewMessage,
    Quotation,
    QuotedPrice,
)
from service.api.schemas.organisations import Me, Organisation, OrganisationName
from service.api.schemas.photos import (
    Correction,
    FileName,
    NewCorrection,
    Photo,
    PhotoPage,
    PhotoQuery,
    Reason,
    ReceivedPhoto,
)
from service.api.schemas.recalibration import (
    BeforeAfter,
    ChangedPhoto,
    EarlierLimit,
    Limit,
    LimitPage,
    Recalibration,
    ReplayCounts,
    UsedProposal,
)
from service.api.schemas.search import FoundDesign, FoundPage, PhotoFoundPage, SearchQuery
from service.api.schemas.standards import Region, Standard, StandardPage

__all__ = [
    "Attachment",
    "Batch",
    "BatchPage",
    "BeforeAfter",
    "ChangedPhoto",
    "CollectedDesign",
    "Collection",
    "CollectionInList",
    "CollectionPage",
    "ConfirmedImport",
    "Correction",
    "Counts",
    "Design",
    "DesignColour",
    "DesignInList",
    "DesignStandard",
    "EarlierLimit",
    "Error",
    "ExportQuery",
    "FileName",
    "FoundDesign",
    "FoundPage",
    "Import",
    "ImportPage",
    "ImportProblem",
    "ImportRow",
    "ImportRowPage",
    "ImportRowQuery",
    "Inquiry",
    "InquiryEntry",
    "InquiryInList",
    "InquiryLine",
    "InquiryPage",
    "Limit",
    "LimitPage",
    "Me",
    "NewBatch",
    "NewCollection",
    "NewCorrection",
    "NewInquiry",
    "NewInquiryLine",
    "NewMessage",
    "Organisation",
    "OrganisationName",
    "Page",
    "PageQuery",
    "Photo",
    "PhotoFoundPage",
    "PhotoPage",
    "PhotoQuery",
    "Picture",
    "Problem",
    "Quotation",
    "QuotedPrice",
    "Reason",
    "Recalibration",
    "ReceivedPhoto",
    "Region",
    "ReplayCounts",
    "RowCounts",
    "SearchQuery",
    "Standard",
    "StandardPage",
    "Taken",
    "Text",
    "UsedProposal",
]
