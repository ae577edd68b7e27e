"""The second factor: enrolled at the first sign-in, asked at each, never guessed, never given twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import passkeys, second_factor
from accounts.models import CodeGuard, Session, User
from journal.models import Entry
from notices.models import Notice
from tests import cast
from tests.second_factor import code, enrolled, secret_of, step

pytestmark = pytest.mark.django_db
Mailbox = Callable[[], list[EmailMessage]]
PROVE, ADD, CODES = "/compte/second-facteur/", "/compte/second-facteur/application/", "/compte/second-facteur/codes/"
DESK = "/evaluation/jury/"


def by_mail_alone(user: User) -> Client:
    """A browser in which the code by mail was given, and nothing more."""
    client = Client()
    client.force_login(user, backend=cast.BACKEND)
    return client


def changes() -> list[str]:
    return [notice.context["change"] for notice in Notice.objects.filter(kind="second_factor_changed").order_by("pk")]


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__contains="factor").order_by("pk").values_list("kind", flat=True))


def key_of(user: User) -> Authenticator:
    data = {"name": "Clé", "credential": {}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def test_a_first_sign_in_goes_through_the_square_the_first_code_and_the_recovery_codes(mailbox: Mailbox) -> None:
    user, client = cast.juror(), Client()
    client.post("/connexion/", {"email": user.email, "next": DESK})
    body = mailbox()[0].get_body(("plain",))
    assert body is not None
    found = re.search(r"\b\d{6}\b", body.get_content())
    assert found is not None
    client.post("/connexion/code/", {"code": found.group()})
    refused = client.get(DESK, follow=True)
    assert [where for where, _status in refused.redirect_chain] == [f"{PROVE}?next=%2Fevaluation%2Fjury%2F", ADD]
    page = refused.content.decode()
    secret = client.session["second_factor_secret"]
    assert "data:image/svg+xml;base64," in page
    assert " ".join(re.findall("....", secret)) in page
    wrong = client.post(ADD, {"code": "000000"})
    assert (wrong.status_code, "Ce n’est pas le code" in wrong.content.decode()) == (422, True)
    right = client.post(ADD, {"code": second_factor.code_at(secret, step())})
    assert (right.status_code, right.headers["Location"]) == (302, CODES)
    shown, again = client.get(CODES).content.decode(), client.get(CODES).content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", shown)) == 10
    assert "<code>" not in again
    assert client.get(DESK).status_code == 200
    assert (kinds(), changes()) == (["account.second_factor_added"], ["added"])


def test_the_secret_is_enciphered_in_the_database() -> None:
    secret = enrolled(cast.juror())
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    assert secret_of(cast.juror()) == secret


def test_a_code_opens_the_page_that_was_asked_for_and_serves_once() -> None:
    user = cast.juror()
    enrolled(user)
    typed = code(user)
    first, second = by_mail_alone(user), by_mail_alone(user)
    answer = first.post(PROVE, {"code": f"{typed[:3]} {typed[3:]}", "next": DESK})
    assert (answer.status_code, answer.headers["Location"]) == (302, DESK)
    assert first.get(DESK).status_code == 200
    replayed = second.post(PROVE, {"code": typed})
    assert (replayed.status_code, "il a déjà servi" in replayed.content.decode()) == (422, True)
    assert second.get(DESK).status_code == 302
    assert second.post(PROVE, {"code": code(user, ahead=1)}).status_code == 302


def test_an_address_of_another_site_is_not_gone_to() -> None:
    enrolled(cast.juror())
    answer = by_mail_alone(cast.juror()).post(PROVE, {"code": code(cast.juror()), "next": "https://ailleurs.example/"})
    assert answer.headers["Location"] == "/compte/"


def test_after_five_wrong_codes_the_right_one_waits_whatever_the_browser() -> None:
    user = cast.juror()
    enrolled(user)
    statuses = [by_mail_alone(user).post(PROVE, {"code": "000000"}).status_code for _ in range(5)]
    refused = by_mail_alone(user).post(PROVE, {"code": code(user)})
    assert (statuses, refused.status_code) == ([422] * 5, 429)
    assert "Recommencez dans 5 min" in refused.content.decode().replace("\xa0", " ")
    CodeGuard.objects.update(wait_until=timezone.now() - timedelta(seconds=1))
    assert by_mail_alone(user).post(PROVE, {"code": code(user)}).status_code == 302
    assert CodeGuard.objects.get().failures == 0


def test_each_further_run_of_wrong_codes_waits_twice_as_long() -> None:
    user, waits = cast.juror(), []
    enrolled(user)
    for _run in range(3):
        for _try in range(5):
            assert not second_factor.verify(user=user, code="000000")
        until = CodeGuard.objects.get().wait_until
        assert until is not None
        waits.append(round((until - timezone.now()).total_seconds() / 60))
        CodeGuard.objects.update(wait_until=None)
    assert waits == [5, 10, 20]


def test_a_recovery_code_opens_once() -> None:
    user = cast.juror()
    enrolled(user)
    kept = second_factor.codes_once(user=user)
    assert second_factor.verify(user=user, code=f"{kept[3][:4]} {kept[3][4:]}")
    assert not second_factor.verify(user=user, code=kept[3])
    assert Entry.objects.get(kind="account.recovery_code_used").facts == {"left": 9}


def test_renewed_recovery_codes_are_shown_once_and_the_former_open_nothing() -> None:
    user = cast.juror()
    enrolled(user)
    former = second_factor.codes_once(user=user)
    client = cast.signed_in(user)
    shown = client.post(CODES, follow=True).content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", shown)) == 10
    assert not second_factor.verify(user=user, code=former[0])
    assert changes() == ["codes"]


def test_another_application_needs_a_fresh_proof_and_ends_the_former() -> None:
    user = cast.juror()
    former = enrolled(user)
    stale, fresh = cast.signed_in(user), cast.signed_in(user)
    session = stale.session
    session["second_factor"] = {"user": str(user.public_id), "at": (timezone.now() - timedelta(hours=1)).timestamp()}
    session.save()
    for send in (stale.get, stale.post):
        assert send(ADD).headers["Location"] == f"{PROVE}?next={ADD}"
    fresh.get(ADD)
    secret = fresh.session["second_factor_secret"]
    assert fresh.post(ADD, {"code": second_factor.code_at(secret, step())}).status_code == 302
    assert secret_of(user) == secret != former
    assert kinds() == ["account.second_factor_removed", "account.second_factor_added"]
    with pytest.raises(PermissionDenied):
        second_factor.enrol(secret=former, code=second_factor.code_at(former, step()), confirmed=False, by=user)


def test_the_only_factor_stays_and_one_of_two_may_go() -> None:
    user = cast.juror()
    enrolled(user)
    client = cast.signed_in(user)
    remove = reverse("accounts:second_factor_remove")
    assert "seul second facteur" in client.post(remove, follow=True).content.decode()
    key = key_of(user)
    assert client.post(remove).status_code == 302
    assert not second_factor.has_application(user)
    with pytest.raises(ValidationError, match="seul second facteur"):
        passkeys.remove(key=key, by=user)
    second = key_of(user)
    passkeys.remove(key=second, by=user)
    assert changes() == ["removed", "passkey_removed"]


def test_a_candidate_may_still_take_their_only_passkey_away() -> None:
    passkeys.remove(key=key_of(cast.candidate()), by=cast.candidate())
    assert not passkeys.passkeys_of(cast.candidate()).exists()


def test_who_only_reads_the_mail_can_neither_add_a_factor_nor_a_key_nor_move_the_account() -> None:
    enrolled(cast.juror())
    thief = by_mail_alone(cast.juror())
    for address in (ADD, CODES, "/compte/gerer/", "/compte/adresse/", "/compte/cles/ajouter/"):
        answer = thief.get(address)
        assert (answer.status_code, answer.headers["Location"].startswith(PROVE)) == (302, True), address


def test_a_proof_is_its_persons_and_no_one_elses() -> None:
    session = cast.signed_in(cast.juror(1)).session[second_factor.CONFIRMED]
    other = by_mail_alone(cast.juror(2))
    forged = other.session
    forged[second_factor.CONFIRMED] = session
    forged.save()
    assert other.get(DESK).status_code == 302


def test_a_page_that_saves_by_itself_is_told_to_sign_in_again() -> None:
    client = by_mail_alone(cast.juror())
    for header in ("HTTP_X_AUTOSAVE", "HTTP_HX_REQUEST"):
        assert client.post(DESK, **{header: "1"}).status_code == 401


def test_a_candidate_signs_in_as_before() -> None:
    client = by_mail_alone(cast.candidate())
    assert client.get("/compte/gerer/").status_code == 200
    assert client.get(PROVE).status_code == 403


@pytest.mark.parametrize("role", ["hr", "officer", "secretary", "auditor", "administrator"])
def test_whoever_works_here_adds_a_factor_at_their_first_sign_in(role: str) -> None:
    client = by_mail_alone(getattr(cast, role)())
    for page in ("/rh/", "/compte/gerer/", "/evaluation/secretariat/"):
        assert client.get(page).headers["Location"].startswith(PROVE)
    assert client.get(PROVE).headers["Location"] == ADD


def test_an_administrator_resets_and_every_session_ends() -> None:
    user = cast.juror()
    enrolled(user)
    key_of(user)
    client, admin = cast.signed_in(user), cast.signed_in(cast.administrator())
    address = reverse("admin:accounts_user_second_factor_reset", args=[user.pk])
    assert "de vive voix" in admin.get(address).content.decode()
    assert address in admin.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert admin.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert not Session.objects.filter(user=user).exists()
    assert client.get(DESK).headers["Location"].startswith("/connexion/")
    entry = Entry.objects.get(kind="account.second_factor_reset")
    assert (entry.actor, entry.subject, entry.facts) == (cast.administrator().actor, user.actor, {"count": 2})
    assert changes() == ["reset"]
    assert by_mail_alone(user).get(PROVE).headers["Location"] == ADD


@pytest.mark.parametrize("role", ["candidate", "hr", "juror", "authority", "auditor"])
def test_reset_is_for_an_administrator_alone(role: str) -> None:
    with pytest.raises(PermissionDenied):
        second_factor.reset(account=cast.juror(3), by=getattr(cast, role)())


def test_a_changed_site_key_refuses_kindly_and_a_kept_one_still_opens(settings: LazySettings) -> None:
    user = cast.juror()
    enrolled(user)
    typed, former = code(user), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-a-test-of-fifty-characters"
    assert not second_factor.verify(user=user, code=typed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert second_factor.verify(user=user, code=typed)


def test_a_proof_is_recent_for_five_minutes() -> None:
    user = cast.juror()
    session = cast.signed_in(user).session
    assert second_factor.confirmed_recently(session, user)
    assert not second_factor.confirmed_recently(session, user, within=timedelta(0))
    assert not second_factor.confirmed_recently(session, cast.juror(2))
    assert not second_factor.is_confirmed(by_mail_alone(user).session, user)
