"""Collections of whoever the token acts for: list, make, fill, share, delete."""

from __future__ import annotations

import uuid
from typing import Any

from catalog.collections import CollectionWords, clean_words
from catalog.permissions import Permission
from catalog.store import collections as records
from catalog.store import designs
from catalog.store.tables import Collection
from catalog.text import LANGUAGES, Text
from service.api import schemas
from service.api.operations import DESIGN_SLUG, URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.database import current_session
from service.security import current_actor
from service.visible import get_published_design

blueprint = Blueprint("api-collections", __name__, url_prefix=URL_PREFIX)

COLLECTION_ID = in_path("collection_id", "The `id` of a collection of yours.")


def own_collection(collection_id: uuid.UUID, *, lock: bool = False) -> Collection:
    return records.get_collection(current_session(), collection_id, current_actor().person_id, lock=lock)


def words_of(given: dict[str, Any]) -> CollectionWords:
    texts = {name: Text(*(given[name][key] for key in LANGUAGES)) for name in ("title", "note")}
    return clean_words(CollectionWords(contact=given["contact"], **texts))


@blueprint.route("/collections", tags=["Collections"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.CollectionPage)
@open_to(Permission.KEEP_COLLECTIONS)
def list_collections(query: dict[str, Any]) -> dict[str, Any]:
    """List your collections

    The newest first.
    """
    return page_of(records.collections_of(current_session(), current_actor().person_id), query)


@blueprint.route("/collections", methods=["POST"], tags=["Collections"])
@blueprint.arguments(schemas.NewCollection)
@blueprint.response(201, schemas.Collection)
@open_to(Permission.KEEP_COLLECTIONS)
def make_collection(given: dict[str, Any]) -> Collection:
    """Make a collection

    An empty one, that only you see.
    """
    return records.add_collection(current_session(), current_actor().person_id, words_of(given))


@blueprint.route("/collections/<uuid:collection_id>", tags=["Collections"], parameters=COLLECTION_ID)
@blueprint.response(200, schemas.Collection)
@open_to(Permission.KEEP_COLLECTIONS)
def get_collection(collection_id: uuid.UUID) -> Collection:
    """Read a collection

    With its designs in their order, also those that have left the catalog since.
    """
    return own_collection(collection_id)


@blueprint.route(
    "/collections/<uuid:collection_id>", methods=["DELETE"], tags=["Collections"], parameters=COLLECTION_ID
)
@blueprint.response(204)
@open_to(Permission.KEEP_COLLECTIONS)
def delete_collection(collection_id: uuid.UUID) -> None:
    """Delete a collection

    Its designs stay in the catalog; a link that was shared leads nowhere then.
    """
    records.remove_collection(current_session(), own_collection(collection_id, lock=True))


@blueprint.route(
    "/collections/<uuid:collection_id>/designs/<slug>",
    methods=["PUT"],
    tags=["Collections"],
    parameters=COLLECTION_ID + DESIGN_SLUG,
)
@blueprint.response(200, schemas.Collection)
@open_to(Permission.KEEP_COLLECTIONS)
def add_to_collection(collection_id: uuid.UUID, slug: str) -> Collection:
    """Put a design into a collection

    As the last one. Done twice is done once.
    """
    collection = own_collection(collection_id, lock=True)
    records.add_design(current_session(), collection, get_published_design(slug))
    return collection


@blueprint.route(
    "/collections/<uuid:collection_id>/designs/<slug>",
    methods=["DELETE"],
    tags=["Collections"],
    parameters=COLLECTION_ID + DESIGN_SLUG,
)
@blueprint.response(204)
@open_to(Permission.KEEP_COLLECTIONS)
def remove_from_collection(collection_id: uuid.UUID, slug: str) -> None:
    """Take a design out of a collection

    One that is not in it is no error.
    """
    collection = own_collection(collection_id, lock=True)
    records.remove_design(current_session(), collection, designs.get_design(current_session(), slug).id)


@blueprint.route(
    "/collections/<uuid:collection_id>/share", methods=["PUT"], tags=["Collections"], parameters=COLLECTION_ID
)
@blueprint.response(200, schemas.Collection)
@open_to(Permission.KEEP_COLLECTIONS)
def share_collection(collection_id: uuid.UUID) -> Collection:
    """Share a collection by a link

    `share_url` then leads whoever has it to the collection, to look at it. Nobody can guess it.
    """
    collection = own_collection(collection_id, lock=True)
    records.share(current_session(), collection)
    return collection


@blueprint.route(
    "/collections/<uuid:collection_id>/share", methods=["DELETE"], tags=["Collections"], parameters=COLLECTION_ID
)
@blueprint.response(204)
@open_to(Permission.KEEP_COLLECTIONS)
def stop_sharing_collection(collection_id: uuid.UUID) -> None:
    """Revoke a collection's link

    It leads nowhere from now on; sharing again makes another one.
    """
    records.stop_sharing(current_session(), own_collection(collection_id, lock=True))
