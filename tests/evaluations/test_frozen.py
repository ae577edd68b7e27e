"""What was settled, tried to be changed past every act: the database refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from evaluations.models import Decision, Deliberation, RankedFile, ReferenceVerification, Ruling
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def refused(model: type[Model], **values: object) -> bool:
    """Whether the database refuses to write ``values`` in the model's rows."""
    try:
        with transaction.atomic():
            model._default_manager.update(**values)
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_to_rewrite_what_was_settled() -> None:
    late_stages.decided(1)
    attempts: list[tuple[type[Model], dict[str, object]]] = [
        (RankedFile, {"rank": 9}),
        (Ruling, {"departure": "Autre motif."}),
        (Decision, {"reasons": "Autres motifs."}),
        (ReferenceVerification, {"outcome": "not_confirmed"}),
        (Deliberation, {"outcome": "Autre relevé."}),
        (Deliberation, {"record": {}}),
        (Deliberation, {"closed_at": None}),
    ]
    assert [refused(model, **values) for model, values in attempts] == [True] * len(attempts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.all().delete()


def test_the_minutes_may_still_be_drawn_once_the_deliberation_is_closed() -> None:
    late_stages.deliberated(1)
    assert not refused(Deliberation, minutes="", minutes_sha256="")
