"""studio."""

from flask import Blueprint

blueprint = Blueprint("studio", __name__)
