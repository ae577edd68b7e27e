"""The minutes are read and signed, or refused, by each member present, who proves themselves anew; then they are final."""

import hashlib
import re
import subprocess
import threading
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from evaluations import minutes, signatures
from evaluations.models import Deliberation, MinutesSignature
from journal.models import Entry
from notices import reauthentication
from notices.reauthentication import Proof
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db

Mailbox = Callable[[], list[EmailMessage]]


@pytest.fixture
def session() -> Deliberation:
    """Closed by five members, nobody's signature yet."""
    return late_stages.closed(2)


def sign(session: Deliberation, number: int, **more: str) -> Deliberation:
    user = cast.juror(number)
    return signatures.sign(deliberation=session, read=True, by=user, proof=Proof(user), **more)


def code_of(mailbox: Mailbox) -> str:
    body = mailbox()[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"^\s+(\d{6})\s*$", body.get_content(), re.MULTILINE)
    assert found is not None
    return found[1]


def test_all_sign_or_refuse_and_the_minutes_are_frozen_with_their_page_of_signatures(
    session: Deliberation, tmp_path: Path
) -> None:
    authority = cast.signed_in(cast.authority())
    decide = reverse("evaluations:decide", args=[session.posting.slug])
    for number in (1, 2):
        sign(session, number)
    sign(session, 3, observation="Le procès-verbal omet une suspension de séance.")
    refuser, absent = cast.juror(4), session.present.get(user=cast.juror(5))
    signatures.refuse(deliberation=session, reasons="Je conteste le vote.", by=refuser, proof=Proof(refuser))
    assert authority.get(decide).status_code == 404
    chair = cast.juror(1)
    done = signatures.record_unable(
        deliberation=session, member=absent, reason="Hospitalisé.", by=chair, proof=Proof(chair)
    )
    assert (done.frozen_at is not None, authority.get(decide).status_code) == (True, 200)
    body = hashlib.sha256(minutes.read(done)).hexdigest()
    final = minutes.read_signed(done)
    path = tmp_path / "final.pdf"
    path.write_bytes(final)
    raw = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    text = " ".join(raw.split())
    for said in (
        "Le procès-verbal omet une suspension de séance.",
        "Je conteste le vote.",
        "Hospitalisé.",
        "A refusé de signer",
    ):
        assert said in text
    assert body in text.replace(" ", "")
    issued = Entry.objects.get(kind="minutes.issued").facts
    assert issued == {"sha256": hashlib.sha256(final).hexdigest(), "body_sha256": body}
    frozen = Entry.objects.get(kind="minutes.frozen").facts
    assert frozen == {"sha256": body, "signed": 3, "refused": 1, "unable": 1}
    assert [e.facts["observation"] for e in Entry.objects.filter(kind="minutes.signed").order_by("pk")] == [
        False,
        False,
        True,
    ]
    assert not Entry.objects.filter(body__contains="conteste").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesSignature.objects.update(words="Rien.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliberation.objects.update(frozen_at=None)


def test_only_who_was_present_signs_with_their_own_proof_and_says_why_they_refuse(session: Deliberation) -> None:
    signer = cast.juror(2)
    with pytest.raises(PermissionDenied):
        signatures.sign(deliberation=session, read=True, by=signer, proof=Proof(cast.juror(3)))
    with pytest.raises(PermissionDenied):
        signatures.sign(deliberation=session, read=True, by=cast.hr(), proof=Proof(cast.hr()))
    with pytest.raises(ValidationError):
        signatures.sign(deliberation=session, read=False, by=signer, proof=Proof(signer))
    with pytest.raises(ValidationError):
        signatures.refuse(deliberation=session, reasons=" ", by=signer, proof=Proof(signer))
    member = session.present.get(user=cast.juror(5))
    with pytest.raises(PermissionDenied):
        signatures.record_unable(deliberation=session, member=member, reason="Malade.", by=signer, proof=Proof(signer))
    assert MinutesSignature.objects.count() == 0


def test_a_signature_is_given_once_and_never_after_the_freezing(session: Deliberation) -> None:
    sign(session, 1)
    with pytest.raises(signatures.AlreadyDone):
        sign(session, 1)
    refuser = cast.juror(1)
    with pytest.raises(signatures.AlreadyDone):
        signatures.refuse(deliberation=session, reasons="Après coup.", by=refuser, proof=Proof(refuser))
    for number in (2, 3, 4, 5):
        sign(session, number)
    with pytest.raises(signatures.AlreadyDone):
        sign(session, 5)
    assert Entry.objects.filter(kind="minutes.signed").count() == 5


def test_a_member_reads_asks_for_a_code_and_signs_on_the_page(session: Deliberation, mailbox: Mailbox) -> None:
    member = cast.signed_in(cast.juror(2))
    slug = session.posting.slug
    page, signing = (reverse(f"evaluations:{name}", args=[slug]) for name in ("sitting", "sign"))
    assert session.minutes_sha256 in member.get(page).content.decode()
    sent = member.post(signing, {"step": "code", "read": "on", "words": "Une réserve."})
    assert (sent.status_code, "Une réserve." in sent.content.decode()) == (200, True)
    code = code_of(mailbox)
    typed = {"read": "on", "words": "Une réserve."}
    wrong = member.post(signing, {**typed, "step": "sign", "code": "000000" if code != "000000" else "111111"})
    assert (wrong.status_code, MinutesSignature.objects.count()) == (422, 0)
    assert "Il reste 4 essais" in wrong.content.decode()
    unread = member.post(signing, {"step": "sign", "code": code})
    assert (unread.status_code, MinutesSignature.objects.count()) == (422, 0)
    assert member.post(signing, {**typed, "step": "sign", "code": code}).status_code == 302
    kept = MinutesSignature.objects.get()
    assert (kept.deed, kept.words, kept.body_sha256) == ("signed", "Une réserve.", session.minutes_sha256)
    reused = member.post(signing, {**typed, "step": "sign", "code": code})
    assert reused.status_code == 422
    assert "Une réserve." in member.get(page).content.decode()


def test_five_wrong_codes_end_the_code(mailbox: Mailbox) -> None:
    user = cast.juror(1)
    reauthentication.ask(user=user)
    code = code_of(mailbox)
    for _try in range(5):
        with pytest.raises(ValidationError):
            reauthentication.confirm(user=user, code="x")
    with pytest.raises(ValidationError, match="demandez-en un nouveau"):
        reauthentication.confirm(user=user, code=code)


def test_nobody_outside_the_jury_reads_the_minutes_before_they_are_signed(session: Deliberation) -> None:
    addresses = [reverse(f"evaluations:{name}", args=[session.posting.slug]) for name in ("minutes", "minutes_body")]
    outside = [cast.hr(), cast.authority(), cast.auditor()]
    before = {cast.signed_in(user).get(url).status_code for user in outside for url in addresses}
    assert before == {404}
    late_stages.signed(session)
    after = [cast.signed_in(user).get(url) for user in outside for url in addresses]
    assert {page.status_code for page in after} == {200}
    session.refresh_from_db()
    assert {hashlib.sha256(page.content).hexdigest() for page in after} == {
        session.minutes_sha256,
        session.final_sha256,
    }


@pytest.mark.django_db(transaction=True)
def test_two_members_who_sign_at_once_and_one_who_signs_twice() -> None:
    session = late_stages.closed(1)
    for number in (1, 2, 3):
        sign(session, number)
    people = [cast.juror(4), cast.juror(5), cast.juror(5)]
    together, refused = threading.Barrier(3), []

    def press(user: object) -> None:
        together.wait()
        try:
            signatures.sign(deliberation=session, read=True, by=user, proof=Proof(user))  # type: ignore[arg-type]
        except signatures.AlreadyDone:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [cast.juror(5)]
    assert MinutesSignature.objects.count() == 5
    assert Entry.objects.filter(kind="minutes.frozen").count() == 1
    assert Entry.objects.filter(kind="minutes.issued").count() == 1


def test_a_stranger_to_the_session_has_no_page(session: Deliberation, client: Client) -> None:
    url = reverse("evaluations:sitting", args=[session.posting.slug])
    assert cast.signed_in(cast.juror(7)).get(url).status_code == 404
    assert client.get(url).status_code == 302
