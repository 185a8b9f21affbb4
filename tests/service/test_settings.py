import stat
from pathlib import Path

import pytest

from service.settings import SettingError, Settings, describe_settings


def test_defaults_need_no_environment():
    settings = Settings.from_env({})
    assert settings.port == 8000
    assert settings.home == Path("var")
    assert settings.database_url == ""
    assert settings.sample_data is True


def test_environment_wins_over_defaults():
    settings = Settings.from_env({"PORT": "9001", "KRIYA_HOME": "/srv/kriya", "SAMPLE_DATA": "0"})
    assert (settings.port, settings.home, settings.sample_data) == (9001, Path("/srv/kriya"), False)


def test_an_empty_value_means_the_default():
    assert Settings.from_env({"PORT": "  "}).port == 8000


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"PORT": "eight"}, "PORT must be a whole number"),
        ({"PORT": "-1"}, "PORT must be a whole number"),
        ({"SAMPLE_DATA": "maybe"}, "SAMPLE_DATA must be 1 or 0"),
        ({"DEFAULT_LANGUAGE": "nl"}, "DEFAULT_LANGUAGE must be id or en"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(environ, message):
    with pytest.raises(SettingError, match=message):
        Settings.from_env(environ)


def test_the_signing_key_is_made_once_random_and_private(tmp_path):
    first = Settings(home=tmp_path / "a").signing_key()
    again = Settings(home=tmp_path / "a").signing_key()
    other = Settings(home=tmp_path / "b").signing_key()
    assert first == again
    assert first != other
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "a" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["secret_key"]


def test_a_given_signing_key_is_used_and_not_written(tmp_path):
    assert Settings(home=tmp_path, secret_key="given").signing_key() == "given"
    assert list(tmp_path.iterdir()) == []


def test_every_setting_has_a_name_of_its_own_and_a_help():
    described = describe_settings()
    assert len({name for name, _, _ in described}) == len(described)
    assert all(help_text.endswith(".") for _, _, help_text in described)
