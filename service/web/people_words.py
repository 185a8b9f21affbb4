"""The kinds of organisations and the roles of people, in words."""

from flask_babel import lazy_gettext as _l

from catalog.organisations import OrganisationKind, Role

KINDS = {
    OrganisationKind.WORKSHOP: _l("Workshop"),
    OrganisationKind.STUDIO: _l("Design studio"),
    OrganisationKind.BUYER: _l("Buyer"),
    OrganisationKind.MENTOR_AGENCY: _l("Mentor agency"),
    OrganisationKind.MARKET_OFFICE: _l("Market office"),
    OrganisationKind.OPERATOR: _l("Operator"),
}
KINDS_IN_PLURAL = {
    OrganisationKind.WORKSHOP: _l("Workshops"),
    OrganisationKind.STUDIO: _l("Design studios"),
    OrganisationKind.BUYER: _l("Buyers"),
    OrganisationKind.MENTOR_AGENCY: _l("Mentor agencies"),
    OrganisationKind.MARKET_OFFICE: _l("Market offices"),
    OrganisationKind.OPERATOR: _l("Operators"),
}
ROLES = {
    Role.WORKSHOP: _l("Maker"),
    Role.DESIGNER: _l("Designer"),
    Role.BUYER: _l("Buyer"),
    Role.MENTOR: _l("Mentor"),
    Role.MARKET_OFFICER: _l("Market officer"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
