"""A posting made from another: its rules taken, its words its own, published once every quotation stands in its notice."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from journal.append import canonical
from journal.models import Entry
from postings import drafting
from postings.checks import problems
from postings.lifecycle import RULES, publish
from postings.loader import content_sha256, load
from postings.models import Posting
from postings.reading import read
from tests import cast
from tests.factories.postings import SECOND, TITLE, copied, notice_of, second_posting
from tests.postings.conftest import FOLDER

pytestmark = pytest.mark.django_db
CLOSES = {"opens_at_0": "2025-10-01", "opens_at_1": "09:00", "closes_at_0": "2025-11-20", "closes_at_1": "12:00"}


def test_a_posting_reads_back_as_its_folder_did() -> None:
    posting = load(FOLDER)
    told, source = read(FOLDER).tables, drafting.source_of(posting)
    assert problems(source) == []
    assert json.loads(canonical(source.tables), parse_float=str) == _plain(json.loads(canonical(told)))


def _plain(value: object) -> object:
    """Decimals, which the canonical text keeps as written, without idle zeros."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value):
        return value.rstrip("0").rstrip(".")
    return value


def test_a_copys_hash_is_of_what_stands(posting: Posting) -> None:
    made = second_posting(posting)
    assert made.interview_salt is not None
    assert content_sha256(drafting.source_of(made), made.interview_salt) == made.content_sha256


def test_a_copy_takes_the_rules_and_has_a_salt_and_parts_of_its_own(posting: Posting) -> None:
    made = copied(posting)
    assert made.published_at is None
    assert {name: getattr(made, name) for name in RULES} == {name: getattr(posting, name) for name in RULES}
    for part in ("criteria", "questions", "interview_questions", "requirements"):
        ours, theirs = getattr(made, part), getattr(posting, part)
        assert ours.count() == theirs.count() > 0
        assert not set(ours.values_list("pk", flat=True)) & set(theirs.values_list("pk", flat=True))
    assert made.interview_salt != posting.interview_salt
    assert Entry.objects.get(kind="posting.copied").facts == {"from": posting.slug}


def test_what_its_notice_does_not_say_keeps_it_from_being_published(posting: Posting) -> None:
    made = copied(posting)
    with pytest.raises(ValidationError, match="citation"):
        publish(posting=made, by=cast.hr())
    assert second_posting_pages(made) == 200
    made.refresh_from_db()
    assert (made.title, made.published_at is not None) == (TITLE, True)


def second_posting_pages(made: Posting) -> int:
    """As HR does it, page by page, from the problems to the publication."""
    officer = cast.signed_in(cast.hr())
    page = reverse("admin:postings_posting_edit", args=[made.slug])
    shown = officer.get(page)
    assert "empêche la publication" in shown.content.decode() or "empêchent" in shown.content.decode()
    assert 'value="2025-11-20"' in shown.content.decode()  # as a date field of a browser takes it
    form = shown.context["form"]
    values = {name: form.initial[name] for name in form.fields if not name.endswith("_at")}
    quotation = values["deadline_quotation"].replace("30 octobre 2025 à 16h30", "20 novembre 2025 à 12h00")
    answer = officer.post(page, {**values, **CLOSES, "deadline_quotation": quotation})
    assert answer.status_code == 302, answer.context["form"].errors
    stale = officer.post(page, {**values, **CLOSES, "title": "Autre"})
    assert (stale.status_code, "entre-temps" in stale.content.decode()) == (409, True)
    ready = officer.get(page)
    assert "Cet avis peut être publié" in ready.content.decode()
    publishing = reverse("admin:postings_posting_publish", args=[made.slug])
    officer.post(publishing, {"seen": "autre"})
    made.refresh_from_db()
    assert made.published_at is None
    return officer.post(publishing, {"seen": made.content_sha256}, follow=True).status_code


def test_hr_makes_one_in_the_admin(posting: Posting) -> None:
    officer = cast.signed_in(cast.hr())
    page = reverse("admin:postings_posting_copy", args=[posting.slug])
    taken = officer.post(page, {**CLOSES, "title": TITLE, "slug": posting.slug})
    assert (taken.status_code, "porte déjà cet identifiant" in taken.content.decode()) == (422, True)
    assert officer.post(page, {**CLOSES, "title": TITLE, "slug": SECOND}).status_code == 302
    made = Posting.objects.get(slug=SECOND)
    assert (made.published_at, made.notice_text) == (None, posting.notice_text)


def test_the_command_makes_one_and_says_what_is_wrong(posting: Posting, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text(notice_of(posting), encoding="utf-8")
    out = StringIO()
    dates = ["--opens", "2025-10-01T09:00", "--closes", "2025-11-20T12:00"]
    words = ["--title", TITLE, "--notice", str(tmp_path / "notice.txt")]
    call_command("newposting", posting.slug, SECOND, *dates, *words, stdout=out)
    assert "préparé, non publié" in out.getvalue()
    assert "- " in out.getvalue()
    with pytest.raises(CommandError, match="déjà cet identifiant"):
        call_command("newposting", posting.slug, SECOND, *dates, *words)
    with pytest.raises(CommandError, match="Aucun avis"):
        call_command("newposting", "nulle-part", "autre", *dates, *words)


def test_a_published_one_is_not_edited_and_a_stranger_makes_none(posting: Posting) -> None:
    made = second_posting(posting)
    changes = drafting.Changes("x", made.opens_at, made.closes_at, "x", "x", "x")
    with pytest.raises(ValidationError, match="publié"):
        drafting.edit(posting=made, changes=changes, seen=made.content_sha256, by=cast.hr())
    for person in (cast.candidate(), cast.juror(1), cast.authority(), cast.auditor()):
        with pytest.raises(PermissionDenied):
            drafting.copy(
                source=posting, slug="x", title="x", opens_at=made.opens_at, closes_at=made.closes_at, by=person
            )
