"""The project's own files, read once for the tests that hold the repository to account."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("journal", "accounts", "notices", "postings", "applications", "evaluations", "rehearsal")
#: From the bottom up; pmp_recruit, on top, is imported by none.
LAYERS = (*APPS, "pmp_recruit")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> list[Path]:
    """The Python files of the folders, without migrations."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function of the file, nested ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def strings(path: Path) -> Iterator[str]:
    """Every string constant of the file that is not a docstring."""
    module = tree(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def composed(path: Path) -> Iterator[str]:
    """A pattern for each f-string of the file: what it holds in braces may be anything."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values
            )


def short(path: Path) -> str:
    """The path as people say it."""
    return str(path.relative_to(ROOT))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*"))
