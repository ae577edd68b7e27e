"""Once published, a posting's rules can't be changed, not even behind the acts' back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from journal import clock
from postings.deadline import extend
from postings.lifecycle import RULES
from postings.loader import load
from postings.models import Criterion, DeadlineExtension, DocumentRequirement, InterviewQuestion, Posting, Question
from tests import cast
from tests.postings.conftest import FOLDER

pytestmark = pytest.mark.django_db


def _refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("column", RULES)
def test_no_rule_of_a_published_posting_changes(posting: Posting, column: str) -> None:
    rule = getattr(posting, column)
    nudge = "0.01" if column.endswith("weight") else 1
    other: object = F(column) + type(rule)(nudge) if isinstance(rule, int | Decimal) else [*rule, 1]
    if isinstance(rule, str | bool):
        other = not rule if isinstance(rule, bool) else "never"
    assert _refused(lambda: Posting.objects.update(**{column: other}))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "x"),
        ("notice_text", "x"),
        ("content_sha256", "x"),
        ("opens_at", "2025-10-02T00:00Z"),
        ("published_at", None),
    ],
)
def test_no_word_of_a_published_posting_changes(posting: Posting, column: str, value: object) -> None:
    assert _refused(lambda: Posting.objects.update(**{column: value}))


def test_published_posting_is_not_deleted(posting: Posting) -> None:
    assert _refused(posting.delete)
    assert _refused(lambda: Posting.objects.all()._raw_delete("default"))


def test_parts_of_a_published_posting_stand(posting: Posting) -> None:
    criterion = posting.criteria.earliest("id")
    writes: list[Callable[[], object]] = [
        lambda: Criterion.objects.filter(pk=criterion.pk).update(weight="0.1"),
        lambda: Question.objects.filter(posting=posting).update(text="x"),
        lambda: DocumentRequirement.objects.filter(posting=posting).update(required=False),
        lambda: Question.objects.filter(posting=posting).delete(),
        lambda: DocumentRequirement.objects.create(posting=posting, code="x", label="x", position=9),
        lambda: InterviewQuestion.objects.filter(posting=posting).update(text="x"),
        lambda: InterviewQuestion.objects.filter(posting=posting).delete(),
        lambda: InterviewQuestion.objects.create(posting=posting, criterion=criterion, text="x", position=9),
        lambda: Posting.objects.update(interview_salt=uuid4()),
    ]
    assert [_refused(write) for write in writes] == [True] * len(writes)


def test_parts_of_an_unpublished_posting_change(db: None) -> None:
    posting = load(FOLDER)
    assert Criterion.objects.filter(posting=posting).update(label="x") == 10
    assert posting.delete()[0] > 10


def test_part_does_not_move_to_a_published_posting(posting: Posting) -> None:
    twin = Posting.objects.get(pk=posting.pk)
    twin.pk, twin.slug, twin.published_at = None, "twin", None
    twin.save()
    part = DocumentRequirement.objects.create(posting=twin, code="x", label="x", position=9)
    assert _refused(lambda: DocumentRequirement.objects.filter(pk=part.pk).update(posting=posting))


def test_deadline_and_closing_of_a_published_posting_still_move(posting: Posting) -> None:
    extend(posting=posting, closes_at=posting.closes_at + timedelta(days=1), reason="Panne.", by=cast.hr())
    clock.move_to(posting.closes_at + timedelta(days=2), by="test", stopped=True)
    assert Posting.objects.update(closed_at=clock.now(), accepted_count=3, accepted_sha256="0" * 64) == 1


def test_extension_stands_as_it_was_decided(posting: Posting) -> None:
    extend(posting=posting, closes_at=posting.closes_at + timedelta(days=1), reason="Panne.", by=cast.hr())
    assert _refused(lambda: DeadlineExtension.objects.update(reason="x"))
    assert _refused(lambda: DeadlineExtension.objects.all().delete())
