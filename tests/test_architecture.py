"""The plan of the house, read from the imports: one direction, and each foreign package where it belongs.

`broken_rules` is a pure function over {path: source}, so that it can be seen to fail on made-up trees.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Which rooms a room's modules may import, besides their own.
MAY_IMPORT = {
    "models": set(),
    "catalog": set(),
    "service": {"catalog", "models"},
    "training": {"models"},
    "docs": {"catalog", "models", "service", "tests"},  # its scripts take the pictures of a running service
    "tests": {"catalog", "models", "service", "training", "docs"},
}
# Where a foreign package may be imported; everything that begins with its name and a "_" comes under it as well.
BELONGS_IN = {
    "torch": ("training", "tests"),
    "torchvision": ("training", "tests"),
    "efficientnet_lite_pytorch": ("training", "tests"),
    "openvino": ("models", "training", "tests"),
    "sqlalchemy": ("catalog.store", "catalog.migrations", "service", "tests", "docs"),
    "pgvector": ("catalog.store", "catalog.migrations", "service", "tests"),
    "msgspec": ("catalog.tech_pack", "tests"),
    "psycopg": ("catalog.migrations", "service", "tests", "docs"),
    "pyroaring": (
        "catalog.bitmaps",
        "catalog.search_index",
        "catalog.search_lexicon",
        "catalog.sign_codes",
        "catalog.store.search",
        "service.search",
        "service.word_memory",
        "tests",
    ),
    "rapidfuzz": ("service.search", "tests"),
    "flask": ("service", "tests", "docs"),
    "brotli": ("service", "tests"),
    "fpdf": ("service.pdf", "tests"),
    "segno": ("service.pdf", "tests"),
    "werkzeug": ("service", "tests", "docs"),
}


def broken_rules(tree: dict[str, str]) -> list[str]:
    """Every breach of the plan, each as one sentence.

    Args:
        tree: source by path from the root, such as {"service/web/account.py": "import flask"}.
    """
    modules = {module_of(path): ast.parse(source) for path, source in tree.items()}
    packages = {module_of(path) for path in tree if path.endswith("__init__.py")}
    imports = all_imports(modules, packages)
    at_run_time = all_imports({name: _without_types(parsed) for name, parsed in modules.items()}, packages)
    return [
        *(f"{name} is in no room of the plan" for name in modules if room_of(name) not in MAY_IMPORT),
        *_wrong_directions(imports),
        *_strays(imports),
        *_cycles(at_run_time),
        *_packages_without_a_word(modules, packages),
    ]


def all_imports(modules: dict[str, ast.Module], packages: set[str]) -> dict[str, list[str]]:
    return {
        name: sorted(set(imports_of(name, parsed, modules.keys(), is_package=name in packages)))
        for name, parsed in modules.items()
    }


def _without_types(parsed: ast.Module) -> ast.Module:
    """A module without its `if TYPE_CHECKING:`: two tables may name each other, though one is made first."""
    is_for_types = [isinstance(each, ast.If) and ast.unparse(each.test) == "TYPE_CHECKING" for each in parsed.body]
    body = [each for each, is_skipped in zip(parsed.body, is_for_types, strict=True) if not is_skipped]
    return ast.Module(body=body, type_ignores=[])


def module_of(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    return module.split(".")[0]


def imports_of(name: str, parsed: ast.Module, known: set[str], *, is_package: bool) -> Iterator[str]:
    """What a module imports, wherever in it: `from a import b` is a.b if that is a module of the tree, else a."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(name, node, is_package=is_package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module"):
            yield from (each.value for each in node.args[:1] if isinstance(each, ast.Constant))


def _absolute(name: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if not node.level:
        return node.module
    above = name.split(".")
    above = above[: len(above) - node.level + is_package]
    return ".".join([*above, *([node.module] if node.module else [])])


def _wrong_directions(imports: dict[str, list[str]]) -> Iterator[str]:
    for name, found in imports.items():
        allowed = MAY_IMPORT.get(room_of(name), set()) | {room_of(name)}
        for each in found:
            if room_of(each) in MAY_IMPORT and room_of(each) not in allowed:
                yield f"{name} imports {each}, and {room_of(name)} may not import {room_of(each)}"


def _strays(imports: dict[str, list[str]]) -> Iterator[str]:
    for name, found in imports.items():
        for each in found:
            for package, places in BELONGS_IN.items():
                is_it = room_of(each) == package or room_of(each).startswith(f"{package}_")
                if is_it and not any(name == place or name.startswith(f"{place}.") for place in places):
                    yield f"{name} imports {each}, which belongs in {', '.join(places)}"


def _cycles(imports: dict[str, list[str]]) -> Iterator[str]:
    """The first circle found, if there is one. An import inside a function counts: it only hides a circle."""
    graph = {name: [each for each in found if each in imports and each != name] for name, found in imports.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"imports go in a circle: {' <- '.join(error.args[1])}"


def _packages_without_a_word(modules: dict[str, ast.Module], packages: set[str]) -> Iterator[str]:
    for name in sorted(packages):
        if room_of(name) != "tests" and not ast.get_docstring(modules[name]):
            yield f"the docstring of {name} does not say what the package owns"


def project() -> dict[str, str]:
    """All Python of the project, by path."""
    other = {"var", "backups", "node_modules"}
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in other and path.name[0] != "."]
    folders = [path for path in folders if not (path / "pyvenv.cfg").exists()]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    return {file.relative_to(ROOT).as_posix(): file.read_text() for file in sorted([*files, *ROOT.glob("*.py")])}


def test_the_project_keeps_to_the_plan():
    tree = project()
    assert {room_of(module_of(path)) for path in tree} >= {"models", "catalog", "service", "training", "tests"}
    assert broken_rules(tree) == []


def test_a_tree_that_keeps_to_the_plan_breaks_no_rule():
    tree = {
        "models/__init__.py": '"""The engine."""\nfrom models import image',
        "models/image.py": "import numpy, cv2",
        "catalog/__init__.py": '"""The domain."""',
        "catalog/store/__init__.py": '"""Records."""',
        "catalog/store/tables.py": "import sqlalchemy.orm\nfrom ..errors import NotFound",
        "catalog/errors.py": "",
        "catalog/migrations/env.py": "from sqlalchemy import create_engine",
        "service/__init__.py": '"""What people touch."""\nimport flask_babel\nfrom service import web',
        "service/web.py": "from catalog.store import tables\nimport models\nimport sqlalchemy, flask",
        "training/__init__.py": '"""How it is made."""',
        "training/export.py": "import torch, torchvision, models.image",
        "tests/__init__.py": "",
        "tests/test_all.py": "import torch, flask, sqlalchemy, catalog, models, service, training",
    }
    assert broken_rules(tree) == []


@pytest.mark.parametrize(
    ("path", "source", "told"),
    [
        ("catalog/a.py", "import models", "catalog may not import models"),
        ("models/a.py", "from catalog.store import tables", "models may not import catalog"),
        ("models/a.py", "from service import settings", "models may not import service"),
        ("models/a.py", "import training.shift", "models may not import training"),
        ("catalog/a.py", "import service", "catalog may not import service"),
        ("catalog/a.py", "import training", "catalog may not import training"),
        ("service/a.py", "import training", "service may not import training"),
        ("service/a.py", "from tests.factories import make_batch", "service may not import tests"),
        ("training/a.py", "import service", "training may not import service"),
        ("training/a.py", "from catalog import designs", "training may not import catalog"),
        ("service/a.py", "import torch.nn", "belongs in training, tests"),
        ("models/a.py", "from torchvision import transforms", "belongs in training, tests"),
        ("catalog/a.py", "from sqlalchemy import select", "belongs in catalog.store"),
        ("catalog/storeroom.py", "import sqlalchemy", "belongs in catalog.store"),
        ("catalog/store/a.py", "from flask import g", "belongs in service"),
        ("models/a.py", "import flask_babel", "belongs in service"),
        ("catalog/a.py", "def late():\n    import models", "catalog may not import models"),
        ("models/a.py", "try:\n    import torch\nexcept ImportError:\n    torch = None", "belongs in training"),
        ("models/a.py", "import importlib\nimportlib.import_module('torch')", "belongs in training"),
        ("attic/a.py", "", "attic.a is in no room"),
        ("setup.py", "", "setup is in no room"),
        ("catalog/attic/__init__.py", "x = 1", "the docstring of catalog.attic does not say"),
    ],
)
def test_a_breach_of_the_plan_is_found_and_told(path, source, told):
    [problem] = broken_rules({path: source})
    assert told in problem


@pytest.mark.parametrize(
    "tree",
    [
        {"models/a.py": "import models.b", "models/b.py": "import models.a"},
        {"models/a.py": "from models import b", "models/b.py": "def late():\n    from models.a import x"},
        {"models/a.py": "from . import b", "models/b.py": "from .c import x", "models/c.py": "from .a import y"},
        {"models/__init__.py": '"""The engine."""\nfrom .a import fit', "models/a.py": "from models import fit"},
    ],
)
def test_imports_that_go_in_a_circle_are_found(tree):
    [problem] = broken_rules(tree)
    assert problem.startswith("imports go in a circle: ")


def test_an_import_for_types_alone_makes_no_circle_but_keeps_its_direction():
    for_types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {}"
    assert broken_rules({"models/a.py": "import models.b", "models/b.py": for_types.format("models.a")}) == []
    [problem] = broken_rules({"models/a.py": for_types.format("catalog"), "catalog/b.py": ""})
    assert problem == "models.a imports catalog, and models may not import catalog"
    assert "models.a" in problem


def test_a_relative_import_is_read_from_where_it_stands():
    tree = {"catalog/store/__init__.py": '"""Records."""\nfrom ...models import fit', "models/__init__.py": '"""E."""'}
    assert broken_rules(tree | {"models/fit.py": ""}) == [
        "catalog.store imports models.fit, and catalog may not import models"
    ]
