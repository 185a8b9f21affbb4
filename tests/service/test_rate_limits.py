"""Guessing is slow, and what counts the guesses."""

from __future__ import annotations

import datetime
import time

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from service import create_app, rate_limits
from service.database import Database
from service.rate_limits import PostgresStorage, RateLimit
from service.settings import Settings
from tests.service.signing_in import EMAIL, NEW_PASSWORD, try_to_sign_in


def counted_keys(parts) -> list[str]:
    with parts.database.engine.connect() as connection:
        return list(connection.scalars(select(RateLimit.key)))


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"login_rate_limit": "3 per minute"}))

    def test_guessing_from_one_address_is_slowed_down(self, client, account):
        for number in range(3):
            assert try_to_sign_in(client, f"guess{number}@example.org").status_code == 200
        answer = try_to_sign_in(client)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert client.post("/reset", data={"email": EMAIL}).status_code == 429
        assert client.get("/login").status_code == 200

    def test_the_present_password_is_not_guessed_by_whoever_finds_a_device_signed_in(self, client, account):
        try_to_sign_in(client)
        guess = {"password": "a guess at it", "new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
        for _ in range(2):
            assert client.post("/change", data=guess).status_code == 200
        assert client.post("/change", data=guess).status_code == 429

    def test_every_process_counts_together(self, client, account, parts):
        other = create_app(parts)
        other.config["WTF_CSRF_ENABLED"] = False
        for number in range(3):
            try_to_sign_in(other.test_client(), f"guess{number}@example.org")
        assert try_to_sign_in(client).status_code == 429


def test_guessing_at_one_account_from_everywhere_is_slowed_down(client, account):
    for number in range(60):
        written = ("ANI@example.org", " ani@Example.org", "ani@ｅxample.org")[number % 3]
        try_to_sign_in(client, written, "", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
    answer = try_to_sign_in(client, environ_base={"REMOTE_ADDR": "192.0.2.99"})
    assert answer.status_code == 429
    assert try_to_sign_in(client, "other@example.org").status_code == 200


def test_signing_in_well_counts_towards_no_limit_of_the_account(client, account, parts):
    try_to_sign_in(client)
    assert [key for key in counted_keys(parts) if "account:" in key] == []
    try_to_sign_in(client.application.test_client(), password="not the password")
    assert len([key for key in counted_keys(parts) if "account:" in key]) == 1
    assert not any(EMAIL in key for key in counted_keys(parts))


class TestBehindAProxy:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"trusted_proxies": 1}))

    def test_limits_count_the_address_before_the_proxy(self, client, parts):
        client.post("/login", data={}, headers={"X-Forwarded-For": "192.0.2.5"})
        assert any("192.0.2.5" in key for key in counted_keys(parts))


def test_without_a_proxy_nobody_chooses_the_address_that_is_counted(client, parts):
    client.post("/login", data={}, headers={"X-Forwarded-For": "192.0.2.5"})
    assert not any("192.0.2.5" in key for key in counted_keys(parts))


class TestStorage:
    """The counters themselves, as the limits library asks for them."""

    @pytest.fixture
    def storage(self, parts) -> PostgresStorage:
        return PostgresStorage(engine=parts.database.engine)

    def end_windows(self, parts) -> None:
        with parts.database.engine.begin() as connection:
            connection.execute(update(RateLimit).values(expires_at=func.now() - datetime.timedelta(seconds=1)))

    def test_a_key_counts_up_within_its_window_and_anew_after_it(self, storage, parts):
        assert [storage.incr("a", 60), storage.incr("a", 60, amount=2), storage.incr("b", 60)] == [1, 3, 1]
        assert storage.get("a") == 3
        self.end_windows(parts)
        assert storage.get("a") == 0
        assert storage.incr("a", 60) == 1

    def test_a_window_ends_when_it_began_to_end_however_often_is_counted(self, storage):
        storage.incr("a", 60)
        ends = storage.get_expiry("a")
        storage.incr("a", 3600)
        assert storage.get_expiry("a") == ends
        assert 0 < ends - time.time() <= 61

    def test_a_key_that_was_never_counted_ends_now(self, storage):
        assert abs(storage.get_expiry("never") - time.time()) < 60
        assert storage.get("never") == 0

    def test_counts_that_have_run_out_are_swept_away(self, storage, parts, monkeypatch):
        monkeypatch.setattr(rate_limits, "SWEEP_EVERY", 3)
        storage.incr("old", 60)
        self.end_windows(parts)
        storage.incr("new", 60)
        assert set(counted_keys(parts)) == {"old", "new"}
        storage.incr("new", 60)
        assert set(counted_keys(parts)) == {"new"}

    def test_keys_are_cleared_one_by_one_or_all(self, storage):
        for key in "abc":
            storage.incr(key, 60)
        storage.clear("a")
        assert (storage.get("a"), storage.get("b")) == (0, 1)
        assert storage.reset() == 2

    def test_it_says_when_its_database_is_away(self, storage):
        assert storage.check()
        database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
        assert not PostgresStorage(engine=database.engine).check()
        database.close()


class TestWithoutDatabase:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"api_rate_limit": "3 per minute"}))

    def test_requests_are_counted_all_the_same(self, client, parts, monkeypatch):
        def fail(*_args, **_options):
            raise OperationalError("SELECT", {}, Exception("the database is away"))

        monkeypatch.setattr(parts.database.engine, "connect", fail)
        monkeypatch.setattr(parts.database.engine, "begin", fail)
        answers = [client.get("/api/v1/designs") for _ in range(6)]
        assert answers[0].status_code == 503
        assert answers[-1].status_code == 429
        assert answers[-1].json["error"]["code"] == "too_many_requests"
