"""standards."""

from flask import Blueprint

blueprint = Blueprint("standards", __name__)
