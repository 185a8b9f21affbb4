"""The API under /api/v1."""

from flask import Flask
from flask_limiter import Limiter

from service.settings import Settings


def add_api(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """Give the app its API."""
