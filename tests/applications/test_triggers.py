"""The database refuses a state that didn't come by a move, whoever writes it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from applications.models import Application, Move
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def refused(write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_state_without_its_move_is_refused() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    refused(lambda: Application.objects.filter(pk=application.pk).update(state="admissible"))
    application.refresh_from_db()
    assert application.state == "submitted"


def test_state_of_an_older_move_is_refused() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    refused(lambda: Application.objects.filter(pk=application.pk).update(state="draft"))


def test_file_begins_as_a_draft() -> None:
    draft = factory.draft(factory.open_posting(), cast.candidate())
    draft.pk, draft.dossier_code, draft.state = None, "AAAA-AAAA", "lapsed"
    draft.candidate = cast.candidate(2)
    refused(draft.save)


def test_move_leaves_the_state_where_the_file_is() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    move = application.moves.get()
    move.pk, move.from_state, move.to_state = None, "shortlisted", "interviewed"
    refused(lambda: move.save(force_insert=True))


def test_history_is_not_rewritten() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    moves = Move.objects.filter(application=application)
    refused(lambda: moves.update(to_state="lapsed"))
    refused(lambda: moves._raw_delete("default"))
    assert moves.count() == 1


def test_what_was_submitted_is_not_rewritten() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    rows = Application.objects.filter(pk=application.pk)
    refused(lambda: rows.update(manifest={}))
    refused(lambda: rows.update(manifest_sha256="0" * 64))
    refused(lambda: rows.update(submitted_at=application.created_at.replace(year=2024)))
    refused(lambda: rows.update(dossier_code="AAAA-AAAA"))
