"""Every code that a check can write down has a sentence, and the sentence its details."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from models.errors import IMAGE_ERROR_CODES
from service import import_words

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("design_import", "import_check", "row_import", "sheet_rows", "sheet_reading")
SOURCES = (
    *(ROOT / "catalog" / "exchange").glob("*.py"),
    *(ROOT / "service" / f"{name}.py" for name in MODULES),
)
# The functions whose argument at this place is a code.
CODE_AT = {"Problem": 0, "CellProblem": 0, "refuse": 1, "RuleBroken": 0}


def codes_written() -> set[str]:
    codes = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = CODE_AT.get(name)
                if place is not None and len(node.args) > place:
                    codes |= {each.value for each in ast.walk(node.args[place]) if isinstance(each, ast.Constant)}
    return codes


@pytest.mark.parametrize("code", sorted(codes_written()))
def test_every_code_has_a_sentence(app, code):
    with app.test_request_context("/?lang=en"):
        details = dict.fromkeys(("name", "known", "row", "family", "names", "meant"), "x") | {"most": 9}
        told = import_words.problem_sentence({"code": code, "column": "title_id", "details": details})
    assert told != "This is not possible.", code
    assert "%(" not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "from is under CC BY-NC 4.0, so this one has to be under CC BY-NC 4.0 or CC BY 4.0."),
        ("id", "asalnya: CC BY-NC 4.0. Jadi lisensi desain ini harus CC BY-NC 4.0 atau CC BY 4.0."),
    ],
)
def test_the_licences_that_an_original_allows_are_named(app, language, told):
    details = {"licence": "cc_by_nc", "allowed": ["cc_by_nc", "cc_by"]}
    with app.test_request_context(f"/?lang={language}"):
        problem = {"code": "not_as_original_asks", "column": "licence", "details": details}
        assert import_words.problem_sentence(problem).endswith(told)


@pytest.mark.parametrize(("language", "told"), [("en", "10,000"), ("id", "10.000")])
def test_limits_are_grouped_as_the_reader_s_language_does(app, language: str, told: str):
    with app.test_request_context(f"/?lang={language}"):
        problem = {"code": "too_many_rows", "column": "", "details": {"most": 10_000}}
        assert told in import_words.problem_sentence(problem)


def test_what_keeps_a_picture_out_has_a_sentence_too():
    codes = set(IMAGE_ERROR_CODES) - {"missing_file"}  # a file that was never sent is in no archive
    for code in (*codes, "too_large", "encrypted", "damaged", "duplicate_name", "unsafe_name"):
        assert f"picture_{code}" in import_words.PICTURE_PROBLEMS
