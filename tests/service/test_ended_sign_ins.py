"""Sign-ins that are over: by signing out, wherever their cookies were copied to, or by their age."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from service import accounts
from service.accounts import SIGN_IN_LASTS, EndedSignIn
from tests.service.signing_in import is_signed_in, try_to_sign_in

FULL_DISK = """
CREATE FUNCTION fill_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no room left' USING ERRCODE = 'disk_full'; END $$;
CREATE CONSTRAINT TRIGGER fill_disk AFTER INSERT ON ended_sign_in DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fill_disk();
"""


class TestSigningOut:
    """It ends this sign-in for good, whoever copied its cookies, and no other."""

    @pytest.fixture
    def thief(self, app):
        """Somebody who copies cookies: `thief(client, "kriya_session")` tells whether that one opens the account."""

        def copy(client, *names) -> Callable[[], bool]:
            copies = {name: client.get_cookie(name).value for name in names}

            def opens() -> bool:
                other = app.test_client()
                for name, value in copies.items():
                    other.set_cookie(name, value)
                return is_signed_in(other)

            assert opens()
            return opens

        return copy

    @pytest.mark.parametrize("names", [["kriya_session"], ["kriya_remember"], ["kriya_session", "kriya_remember"]])
    def test_copied_cookies_open_nothing_after_it(self, client, account, thief, names):
        try_to_sign_in(client, remember=True)
        opens = thief(client, *names)
        client.post("/logout")
        assert not opens()

    def test_nor_do_those_of_a_session_that_was_restored(self, client, account, thief):
        try_to_sign_in(client, remember=True)
        first = thief(client, "kriya_session")
        client.delete_cookie("kriya_session")
        assert is_signed_in(client)
        copies = [first, thief(client, "kriya_session"), thief(client, "kriya_remember")]
        client.post("/logout")
        assert [opens() for opens in copies] == [False, False, False]

    def test_other_devices_stay_signed_in(self, app, client, account):
        other = app.test_client()
        for device in (client, other):
            try_to_sign_in(device, remember=True)
        client.post("/logout")
        assert is_signed_in(other)
        other.delete_cookie("kriya_session")
        assert is_signed_in(other)

    def test_one_can_sign_in_again_and_out_again(self, client, account, thief):
        for _ in range(2):
            try_to_sign_in(client, remember=True)
            opens = thief(client, "kriya_remember")
            client.post("/logout")
            assert not is_signed_in(client)
            assert not opens()

    def test_two_pages_may_do_it_at_once(self, session, parts, account):
        signed_in = account.new_sign_in()
        accounts.end_sign_in(session, signed_in)
        with ThreadPoolExecutor(1) as pool, parts.database.session() as other:
            waiting = pool.submit(accounts.end_sign_in, other, signed_in)
            session.commit()
            waiting.result()
            other.commit()
        assert session.scalar(select(func.count()).select_from(EndedSignIn)) == 1

    def test_what_cannot_be_written_signs_nobody_out(self, client, session, account, thief):
        try_to_sign_in(client)
        opens = thief(client, "kriya_session")
        session.execute(text(FULL_DISK))
        session.commit()
        assert client.post("/logout").status_code == 507
        assert is_signed_in(client)
        assert opens()
        session.execute(text("DROP TRIGGER fill_disk ON ended_sign_in"))
        session.commit()
        assert client.post("/logout").status_code == 302
        assert not opens()

    def test_it_is_forgotten_only_when_the_sign_in_would_have_ended_by_itself(self, session, account):
        now = datetime.datetime.now(datetime.UTC)
        signed_in = account.new_sign_in()
        accounts.end_sign_in(session, signed_in)
        for later, is_kept in ((SIGN_IN_LASTS, True), (SIGN_IN_LASTS + datetime.timedelta(days=2), False)):
            accounts.forget_ended_sign_ins(session, now + later)
            assert (session.scalar(select(EndedSignIn)) is not None) == is_kept


class TestHowLongASignInLasts:
    def is_let_in(self, client, sign_in: str) -> bool:
        with client.session_transaction() as cookies:
            cookies.update(_user_id=sign_in, _fresh=True)
        return is_signed_in(client)

    @pytest.mark.parametrize(("less_s", "is_let_in"), [(60, True), (-60, False)])
    def test_it_ends_by_itself_however_much_it_is_used(self, client, account, less_s, is_let_in):
        began_s = int(time.time() - SIGN_IN_LASTS.total_seconds() + less_s)
        assert self.is_let_in(client, f"{account.fs_uniquifier}.{began_s}.x") == is_let_in

    def test_a_cookie_of_an_earlier_kriya_asks_to_sign_in(self, client, account):
        assert not self.is_let_in(client, account.fs_uniquifier)

    def test_one_query_tells_who_it_is_and_whether_they_signed_out(self, client, account, asked):
        client.get("/account/start")
        assert asked == []
        assert self.is_let_in(client, account.new_sign_in())
        asked.clear()
        client.get("/account/start")
        assert len(asked) == 1
