"""The pages: one blueprint a noun. Views translate between a request and a use case, and decide nothing else."""

from service.web import (
    account,
    batches,
    catalog,
    collections,
    design_reviews,
    exchange_rates,
    favourites,
    imports,
    inquiry_writing,
    machines,
    makes,
    notifications,
    people,
    pictures,
    reviews,
    standards,
    studio_pictures,
    studios,
    tech_pack_reading,
    version_changes,
    workshops,
)

BLUEPRINTS = (
    catalog.blueprint,
    pictures.blueprint,
    version_changes.blueprint,
    studio_pictures.blueprint,  # the studio's, with what its pictures add
    tech_pack_reading.blueprint,  # the blueprint of service.web.tech_packs, with all of its routes
    design_reviews.blueprint,
    exchange_rates.blueprint,
    standards.blueprint,
    imports.blueprint,  # the blueprint of service.web.exchange, with all of its routes
    batches.blueprint,
    reviews.blueprint,
    favourites.blueprint,
    collections.blueprint,
    inquiry_writing.blueprint,  # the blueprint of service.web.inquiries, with all of its routes
    notifications.blueprint,
    makes.blueprint,
    workshops.blueprint,
    people.blueprint,
    account.blueprint,
    studios.blueprint,
    machines.blueprint,
)
