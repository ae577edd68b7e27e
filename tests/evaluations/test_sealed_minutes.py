"""The minutes bear the seal, both the text that is signed and the final one; and nobody waits behind a time stamp."""

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client

from applications.verification import verify
from evaluations import minutes
from evaluations.models import Deliberation
from notices import electronic_seal
from postings.locks import hold_exclusive
from tests.factories import late_stages
from tests.factories.seals import NONE, Authority, pem, time_stamp_authority


@pytest.mark.django_db
def test_the_minutes_are_sealed_before_and_after_their_signatures(client: Client) -> None:
    session = late_stages.signed(late_stages.closed(2))
    text, final = minutes.read(session), minutes.read_signed(session)
    for content, kind in ((text, "deliberation.minuted"), (final, "minutes.issued")):
        verdict = verify(content)
        assert verdict.code == "demonstration"
        assert verdict.issued is not None
        assert (verdict.issued.entered, verdict.issued.dossier) == (True, ""), kind
    page = client.post("/registre/document/", {"file": SimpleUploadedFile("pv.pdf", final)}).content.decode()
    assert "Ce fichier même est connu du registre" in page
    assert session.posting.title not in page


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_an_authority_stamps_the_time(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authority's own server takes the locks of the deliberation and of its posting, at each request."""
    monkeypatch.setattr(electronic_seal.rest, "since", None)
    taken: list[bool] = []

    def take() -> None:
        try:
            with transaction.atomic():
                session = (
                    Deliberation.objects.select_for_update(of=("self",), nowait=True).select_related("posting").get()
                )
                with connection.cursor() as cursor:
                    if connection.vendor == "postgresql":
                        cursor.execute("SET LOCAL lock_timeout = '2s'")
                hold_exclusive(session.posting)
            taken.append(True)
        except OperationalError:
            taken.append(False)
        finally:
            connection.close()

    session = late_stages.closed(2)
    authority = Authority()
    with time_stamp_authority(authority, before=take) as url:
        settings.PMP_SEAL = {**NONE, "tsa": url, "tsa_roots": pem(authority.root)}
        session = late_stages.signed(session)
        found = verify(minutes.read_signed(session)).seal
    assert found is not None
    assert found.stamp is not None
    assert (found.stamp.trusted, set(taken)) == (True, {True})
