"""Addresses of databases, as people write them."""

from __future__ import annotations

import pytest

from service.database_address import database_url, normalise_url
from service.settings import SettingError, Settings


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_address_as_others_write_it_is_understood(scheme: str):
    url = normalise_url(f"{scheme}://kriya:s%40cret@db:5433/kriya?sslmode=require")
    assert url == "postgresql+psycopg://kriya:s%40cret@db:5433/kriya?sslmode=require"


@pytest.mark.parametrize("url", ["mysql://db/kriya", "sqlite://", "nonsense", "postgresql://db:port/kriya"])
def test_address_that_is_none_is_refused_by_the_setting_s_name(url: str):
    with pytest.raises(SettingError, match="DATABASE_URL"):
        database_url(Settings(database_url=url))
