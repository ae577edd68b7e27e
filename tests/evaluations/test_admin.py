"""The evaluation in Django's admin: read by HR and the auditor, written by nobody."""

import pytest
from django.urls import reverse

from evaluations.models import Deliberation, Interview, Panel, ReferenceRequest, ReferenceVerification, Ruling
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db
MODELS = (Panel, Interview, ReferenceRequest, ReferenceVerification, Deliberation, Ruling)


def test_hr_and_the_auditor_read_every_list_and_row() -> None:
    late_stages.decided(1)
    found = []
    for client in (cast.signed_in(cast.hr()), cast.signed_in(cast.auditor())):
        for model in MODELS:
            name, row = model._meta.model_name, model.objects.first()
            assert row is not None
            found.append(client.get(reverse(f"admin:evaluations_{name}_changelist")).status_code)
            page = client.get(reverse(f"admin:evaluations_{name}_change", args=[row.pk]))
            assert "<textarea" not in page.content.decode()
            found.append(page.status_code)
    assert found == [200] * len(MODELS) * 4


def test_nobody_adds_changes_or_deletes() -> None:
    ruling = late_stages.decided(1)
    client = cast.signed_in(cast.hr())
    assert client.get(reverse("admin:evaluations_ruling_add")).status_code == 403
    assert (
        client.post(reverse("admin:evaluations_ruling_change", args=[ruling.pk]), {"departure": "x"}).status_code == 403
    )
    assert client.post(reverse("admin:evaluations_ruling_delete", args=[ruling.pk]), {"post": "yes"}).status_code == 403
    assert Ruling.objects.get().departure == ""


def test_the_links_hash_is_not_shown() -> None:
    request = ReferenceRequest.objects.filter(referee__application__posting=late_stages.verified(late_stages.heard(1)))[
        0
    ]
    page = cast.signed_in(cast.hr()).get(reverse("admin:evaluations_referencerequest_change", args=[request.pk]))
    assert request.token_sha256 not in page.content.decode()
