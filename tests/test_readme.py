"""The README says what is true."""

import re
from pathlib import Path

from service.settings import describe_settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def settings_table() -> str:
    """The lines that belong into the README, made from the settings themselves."""
    rows = [f"| `{name}` | {f'`{default}`' if default else ''} | {help_text} |"
            for name, default, help_text in describe_settings()]
    return "\n".join(rows)


def test_every_setting_stands_in_the_readme_with_its_default_and_help():
    assert settings_table() in README, f"put this into the README:\n{settings_table()}"


def test_every_file_that_the_readme_links_exists():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"(?:`|^|\d )make ([a-z][a-z-]*)", README, re.MULTILINE))
    assert targets >= {"run", "test", "help", "backup", "restore", "worker"}
    assert [target for target in sorted(targets) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
