"""`flask` commands."""

from flask import Flask


def attach(app: Flask) -> None:
    """Give the app its commands."""
