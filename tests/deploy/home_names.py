"""What the program reads or writes in its home, found in its source: every `home / NAME`."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import era_geo
from era_geo.record import store_engine
from era_geo.settings import settings_file
from era_geo.ui.jobs import Jobs


def home_names() -> set[str]:
    """Give the names of the files and folders that lie directly in the home."""
    elsewhere = {settings_file().name, store_engine.FILE}  # their folder goes by other names
    return elsewhere | set(_found())


def _found() -> Iterator[str]:
    for module in pkgutil.walk_packages(era_geo.__path__, "era_geo."):
        spec = importlib.util.find_spec(module.name)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).read_text(encoding="utf-8")
        # A module that calls a folder of the home its `home`, too: there only `settings.home` and `self._home` are the home itself.
        means_a_folder = re.search(r"^ +home = .*/", source, flags=re.MULTILINE) is not None
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_home(node.left, means_a_folder):
                yield from _names(node.right, module.name)


def _is_home(node: ast.expr, means_a_folder: bool) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "home" and not means_a_folder
    return isinstance(node, ast.Attribute) and node.attr.lstrip("_") == "home"


def _names(node: ast.expr, module: str) -> set[str]:
    match node:
        case ast.Constant(value=str(name)):
            return {name.split("/")[0]}
        case ast.Name(id="kind") | ast.Attribute(attr="kind"):
            importlib.import_module("era_geo.ui.batch_jobs")
            importlib.import_module("era_geo.ui.region_jobs")
            return {kind.kind for kind in Jobs.__subclasses__()}
        case ast.Name(id=name):
            return {str(getattr(importlib.import_module(module), name))}
        case ast.Attribute(value=ast.Name(id=other), attr=name):
            return {str(getattr(getattr(importlib.import_module(module), other), name))}
    raise AssertionError(f"{module}, line {node.lineno}: what is this name in the home? Teach {__name__} to read it.")
