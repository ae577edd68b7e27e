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


#: Where a call that writes in the journal takes the entry's kind: by place, or by name.
_WRITERS = {"append": 0, "record": 1, "move": "kind", "append_and_tell": 0}


def _kind_given(call: ast.Call) -> ast.expr | None:
    place = _WRITERS.get(call.func.id) if isinstance(call.func, ast.Name) else None
    if isinstance(place, int):
        return call.args[place] if len(call.args) > place else None
    return next((keyword.value for keyword in call.keywords if keyword.arg == place), None) if place else None


def _assigned(scope: list[ast.stmt], name: str) -> Iterator[ast.expr]:
    """What the statements assign to the name, alone or as one of several."""
    for node in (found for statement in scope for found in ast.walk(statement)):
        if isinstance(node, ast.Assign) and any(
            isinstance(part, ast.Name) and part.id == name for target in node.targets for part in ast.walk(target)
        ):
            yield node.value


def _texts(value: ast.expr, scope: list[ast.stmt], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The strings that the value may be: its own, and those of the names that it is taken from."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and node.id not in seen:
            for source in _assigned(scope, node.id):
                yield from _texts(source, scope, seen | {node.id})


def written_kinds(module: ast.Module) -> Iterator[str]:
    """Every kind of entry that the module itself writes: given to ``append``, ``record`` or ``move``, as a word, through
    a variable of the same function, or from a table of the module."""
    tables = [node for node in module.body if isinstance(node, ast.Assign)]
    for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if (given := _kind_given(call)) is not None:
                yield from _texts(given, [*function.body, *tables])


def short(path: Path) -> str:
    """The path as people say it."""
    return str(path.relative_to(ROOT))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*"))
