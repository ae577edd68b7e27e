"""The repository held to what its architecture says of it."""

import ast
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from journal import kinds as journal_kinds
from notices import kinds as notice_kinds
from tests.repo.sources import (
    APPS,
    LAYERS,
    ROOT,
    Function,
    composed,
    functions,
    python,
    short,
    strings,
    templates,
    tree,
    written_kinds,
)

CODE = python(*LAYERS, "benchmarks")
TESTS = python("tests")
#: Modules that stand between the web and the acts, and so may see a request.
SEES_REQUESTS = re.compile(
    r"^accounts/policy\.py$|(^|/)(views|forms|admin|middleware|context|signin|session_store|health|urls|debug)\w*(/|\.py$)|/elements\.py$"
)


def _lines(path: str) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_a_reader_holds() -> None:
    limits = {short(path): 300 for path in CODE} | {short(path): 400 for path in TESTS}
    assert {path: _lines(path) for path, limit in limits.items() if _lines(path) > limit} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{short(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in [*CODE, *TESTS]
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > 50
    }
    assert too_long == {}


def test_no_import_hides_in_a_function() -> None:
    hidden = {
        f"{short(path)}:{node.lineno}"
        for path in [*CODE, *TESTS]
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def _wraps_a_view(function: Function) -> bool:
    return any(ast.unparse(decorator).startswith("wraps(") for decorator in function.decorator_list)


def test_no_act_sees_a_request() -> None:
    """What is not a view, a form, an admin or a middleware takes people and values, never the browser's request."""
    seen = {
        f"{short(path)}:{function.name}"
        for path in python(*APPS)
        if not SEES_REQUESTS.search(short(path)) and "templatetags" not in path.parts
        for function in functions(path)
        for argument in [*function.args.args, *function.args.kwonlyargs]
        if argument.annotation and "HttpRequest" in ast.unparse(argument.annotation) and not _wraps_a_view(function)
    }
    assert seen == set()


def test_no_module_has_a_junk_drawer_name() -> None:
    drawers = {"services.py", "utils.py", "common.py", "helpers.py", "misc.py"}
    assert [short(path) for path in [*CODE, *TESTS] if path.name in drawers] == []


@pytest.mark.parametrize("app", APPS)
def test_no_string_names_an_upper_room(app: str) -> None:
    """An import hidden in a string is an import. A model named for a foreign key counts too."""
    above = LAYERS[LAYERS.index(app) + 1 :]
    dotted = re.compile(rf"^({'|'.join(above)})(\.\w+)+$") if above else None
    named = {
        f"{short(path)}: {text}" for path in python(app) for text in strings(path) if dotted and dotted.match(text)
    }
    assert named == set()


def _assigns_state(node: ast.AST) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign | ast.AugAssign)
        else []
    )
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


def test_one_line_assigns_an_applications_state() -> None:
    """And no queryset updates it: ``applications.transitions.move`` is the only way."""
    assigned = [
        short(path)
        for path in python("applications", "evaluations", "rehearsal", "pmp_recruit")
        for node in ast.walk(tree(path))
        if _assigns_state(node)
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"update", "bulk_update"}
            and "state" in {keyword.arg for keyword in node.keywords}
        )
    ]
    assert assigned == ["applications/transitions.py"]


def test_every_kind_of_the_journal_is_written_somewhere() -> None:
    """By an act that appends it or moves a file: its label, a filter or a policy that names it write nothing."""
    written = {kind for path in python(*LAYERS) for kind in written_kinds(tree(path))}
    assert set(journal_kinds.KINDS) - written == set()


def test_a_kind_that_is_only_named_counts_as_unwritten() -> None:
    module = ast.parse(
        """
LABELS = {"fake.named": "Nommée"}
OUTCOMES = {"yes": (1, "fake.table")}
def act(answer, wanted):
    rows.append("fake.list")
    shown = "fake.shown"
    kind = "fake.chosen" if wanted else "fake.other"
    append(kind, at=now)
    state, deed = OUTCOMES[answer]
    move(file, state, kind=deed)
    record(notice, "fake.recorded", by=by)
    Entry.objects.filter(kind="fake.filtered")
"""
    )
    written = set(written_kinds(module))
    assert written >= {"fake.chosen", "fake.other", "fake.table", "fake.recorded"}
    assert written & {"fake.named", "fake.list", "fake.shown", "fake.filtered"} == set()


def test_every_notice_kind_is_sent_and_has_its_templates() -> None:
    sent = {text for path in python(*APPS) if short(path) != "notices/kinds.py" for text in strings(path)}
    assert set(notice_kinds.KINDS) - sent == set()
    missing = set()
    for name, kind in notice_kinds.KINDS.items():
        wanted = {"subject.txt", "body.txt", "body.html"} | ({"letter.html"} if kind.letter else set())
        folder = ROOT / "templates" / "notices" / name
        missing |= {f"{name}/{file}" for file in wanted if not (folder / file).is_file()}
        if not kind.letter and (folder / "letter.html").exists():
            missing.add(f"{name}: a letter that nobody asks for")
    assert missing == set()


#: Used by Django, by their own names.
STATUS_PAGES = re.compile(r"^(400|403|404|429|500|403_csrf)\.html$")
#: What a notice is drawn from.
OF_A_NOTICE = {"subject.txt", "body.txt", "body.html", "letter.html"}


def _taken_from_a_library(name: str) -> bool:
    """Whether Django or allauth ship a template of the name, which ours takes the place of."""
    if not name.startswith(("admin/", "account/")):
        return False
    return any(
        (Path(str(files(package))) / "templates" / name).is_file() for package in ("django.contrib.admin", "allauth")
    )


def _found_by_name(name: str) -> bool:
    _notices, kind, file = ("", "", "") if name.count("/") != 2 else name.split("/")
    of_a_notice = name.startswith("notices/") and kind in notice_kinds.KINDS and file in OF_A_NOTICE
    return bool(STATUS_PAGES.match(name)) or of_a_notice or _taken_from_a_library(name)


@pytest.mark.parametrize("name", ["admin/lost.html", "account/lost.html", "notices/receipt/lost.html", "lost/404.html"])
def test_no_name_alone_keeps_a_template(name: str) -> None:
    assert not _found_by_name(name)


def test_every_template_is_used() -> None:
    named = {text for path in python(*LAYERS) for text in strings(path)}
    patterns = {pattern for path in python(*LAYERS) for pattern in composed(path) if pattern.endswith(r"\.html")}
    said = "\n".join(path.read_text(encoding="utf-8") for path in templates())
    unused = set()
    for path in templates():
        name = str(path.relative_to(ROOT / "templates"))
        if _found_by_name(name):
            continue
        if any(re.fullmatch(pattern, name) for pattern in patterns):
            continue
        if name not in named and f'"{name}"' not in said and f"'{name}'" not in said:
            unused.add(name)
    assert unused == set()


def test_no_template_has_inline_script_or_style() -> None:
    """The policy that browsers are given refuses them. Mails and printed documents stand outside it."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son\w+=|javascript:")
    data = re.compile(r'<script[^>]*type="application/(ld\+)?json"')
    guilty = set()
    for path in templates():
        name = str(path.relative_to(ROOT / "templates"))
        text = data.sub("", path.read_text(encoding="utf-8"))
        if (
            path.suffix == ".html"
            and not re.match(r"notices/|mail/|.*(letter|receipt_pdf|minutes|_pdf|print)", name)
            and inline.search(text)
        ):
            guilty.add(name)
    assert guilty == set()


def test_no_test_sleeps() -> None:
    """A test moves the clock of record, or, with real processes, waits for a condition in a function named so."""
    sleeps = {
        f"{short(path)}:{node.lineno}"
        for path in TESTS
        for function in functions(path)
        if "until" not in function.name
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    }
    assert sleeps == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []
    pins = re.findall(r"^[a-z0-9._-]+(?:\[.*\])?==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_what_is_tested_is_what_is_served() -> None:
    pin = re.compile(r"^([a-z0-9._-]+(?:\[.*\])?==\S+)", re.MULTILINE)
    served, tested = (
        set(pin.findall((ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert served - tested == set()


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "script").iterdir()))
def test_scripts_are_executable_and_well_formed(script: str) -> None:
    path = ROOT / "script" / script
    assert path.stat().st_mode & 0o111
    if "bash" in path.read_text(encoding="utf-8").splitlines()[0]:
        subprocess.run(["bash", "-n", str(path)], check=True)
