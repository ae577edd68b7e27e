"""Sign-in by a code: the same for those who have an account and those who will."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from allauth.account.internal.flows import code_verification
from django.conf import LazySettings
from django.test import Client

from accounts.models import Role, User
from journal.models import Entry
from notices.models import Notice, NoticeState
from pmp_recruit import limits
from tests import cast

pytestmark = pytest.mark.django_db
Mailbox = Callable[[], list[EmailMessage]]
ASK, CONFIRM = "/connexion/", "/connexion/code/"
PRODUCTION_LIMITS = limits.rates(rehearsal=False)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^ +(\d{6})$", text_of(mail), re.MULTILINE)
    assert found is not None
    return found[1]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_newcomer_signs_in_and_has_a_candidate_account(client: Client, mailbox: Mailbox) -> None:
    answer = client.post(ASK, {"email": " Nouvelle.Personne@Exemple.example "})
    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    (mail,) = mailbox()
    assert mail["To"] == "nouvelle.personne@exemple.example"
    answer = client.post(CONFIRM, {"code": code_in(mail)})
    assert (answer.status_code, answer["Location"], signed_in(client)) == (302, "/compte/", True)
    user = User.objects.get()
    assert (user.email, user.role, user.has_usable_password()) == (
        "nouvelle.personne@exemple.example",
        Role.CANDIDATE,
        False,
    )
    assert Entry.objects.get(kind="account.created").subject == user.actor


def test_known_and_unknown_addresses_get_the_same_answer(mailbox: Mailbox) -> None:
    cast.hr()
    answers = []
    for email in ("rh@pmp.example", "inconnu@exemple.example"):
        browser, entries = Client(), Entry.objects.count()
        asked = browser.post(ASK, {"email": email})
        assert Entry.objects.count() == entries + 2  # the register's size is public
        page = browser.get(asked["Location"]).content.decode().replace(email, "ADRESSE")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        answers.append((asked.status_code, asked["Location"], sorted(asked.cookies), page))
    assert answers[0] == answers[1]
    known, unknown = mailbox()
    assert known["Subject"] == unknown["Subject"]
    assert text_of(known).replace(code_in(known), "CODE") == text_of(unknown).replace(code_in(unknown), "CODE")


def test_a_closed_account_gets_the_same_page_and_no_code(client: Client, mailbox: Mailbox) -> None:
    user = cast.candidate()
    User.objects.filter(pk=user.pk).update(is_active=False)
    entries = Entry.objects.count()
    answer = client.post(ASK, {"email": user.email})
    assert Entry.objects.count() == entries + 2
    assert (answer.status_code, answer["Location"], client.get(CONFIRM).status_code) == (302, CONFIRM, 200)
    (told,) = mailbox()
    assert (re.search(r"\d{6}", text_of(told)), "Il est fermé" in text_of(told)) == (None, True)
    assert (client.post(CONFIRM, {"code": ""}).status_code, signed_in(client)) == (422, False)


def test_a_closed_account_stays_like_the_others_to_the_end(mailbox: Mailbox) -> None:
    user = cast.candidate()
    User.objects.filter(pk=user.pk).update(is_active=False)
    seen = []
    for email in (user.email, "inconnu@exemple.example"):
        browser = Client()
        browser.post(ASK, {"email": email})
        answers = [browser.post(CONFIRM, data) for data in ({"action": "resend"}, *[{"code": "000000"}] * 5)]
        pages = [re.sub(r'value="\w{64}"', "", answer.content.decode()).replace(email, "") for answer in answers]
        seen.append(
            [
                (answer.status_code, answer.headers.get("Location"), page)
                for answer, page in zip(answers, pages, strict=True)
            ]
        )
    assert seen[0] == seen[1]
    assert len(mailbox()) == 4


def test_tries_are_counted_by_address_too(mailbox: Mailbox, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_login_code_here": "6/h/key"}
    browsers = [Client(), Client()]
    statuses = []
    for browser in browsers:
        browser.post(ASK, {"email": "a@exemple.example"})
        statuses += [browser.post(CONFIRM, {"code": "000000"}).status_code for _ in range(4)]
    assert statuses == [422] * 6 + [302, 302]
    code = code_in(mailbox()[1])
    browsers[1].post(CONFIRM, {"code": code})
    assert not signed_in(browsers[1])


def test_the_code_is_wiped_once_sent(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    notice = Notice.objects.get()
    assert (notice.state, notice.context, len(mailbox())) == (NoticeState.SENT, {}, 1)


def test_sign_in_waits_when_the_mail_server_is_gone_and_the_sweep_goes_on(
    client: Client, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "notices.mailer.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    assert client.post(ASK, {"email": "a@exemple.example"}).status_code == 302
    notice = Notice.objects.get()
    assert (notice.state, notice.deliveries.get().outcome, "code" in notice.context) == ("released", "technical", True)


def test_a_wrong_code_is_said_and_the_right_one_still_opens(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    wrong = client.post(CONFIRM, {"code": "000000"})
    assert (wrong.status_code, "Ce code n’est pas le bon" in wrong.content.decode(), signed_in(client)) == (
        422,
        True,
        False,
    )
    right = code_in(mailbox()[0])
    assert client.post(CONFIRM, {"code": f"{right[:3]} {right[3:]}"}).status_code == 302
    assert signed_in(client)


def test_five_wrong_codes_end_the_try_and_keep_next(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    answers = [client.post(CONFIRM, {"code": "000000", "next": "/candidature/"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 302]
    assert answers[-1]["Location"] == "/connexion/?next=%2Fcandidature%2F"
    client.post(CONFIRM, {"code": code_in(mailbox()[0])})
    assert not signed_in(client)


def test_a_code_expires(client: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    later = code_verification.time.time() + 15 * 60 + 1
    monkeypatch.setattr(code_verification.time, "time", lambda: later)
    answer = client.post(CONFIRM, {"code": code_in(mailbox()[0])})
    assert (answer.status_code, answer["Location"], signed_in(client)) == (302, ASK, False)


def test_a_new_code_replaces_the_old(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    client.post(CONFIRM, {"action": "resend"})
    first, second = (code_in(mail) for mail in mailbox())
    assert client.post(CONFIRM, {"code": first}).status_code == 422
    assert client.post(CONFIRM, {"code": second}).status_code == 302


def test_a_code_serves_once_and_in_its_own_browser(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    code = code_in(mailbox()[0])
    assert Client().post(CONFIRM, {"code": code})["Location"] == ASK
    client.post(CONFIRM, {"code": code})
    client.post("/connexion/sortir/")
    client.post(CONFIRM, {"code": code})
    assert not signed_in(client)


def test_a_mistyped_address_can_be_corrected(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "faute@exemple.example"})
    assert client.get(ASK).status_code == 200
    client.post(ASK, {"email": "juste@exemple.example"})
    client.post(CONFIRM, {"code": code_in(mailbox()[1])})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="juste@exemple.example").pk)


def test_the_session_changes_its_key_at_sign_in(client: Client, mailbox: Mailbox) -> None:
    client.post(ASK, {"email": "a@exemple.example"})
    before = client.session.session_key
    client.post(CONFIRM, {"code": code_in(mailbox()[0])})
    assert before != client.session.session_key


@pytest.mark.parametrize(
    ("asked", "reached"),
    [("/candidature/?a=1", "/candidature/?a=1"), ("https://mal.example/", "/compte/"), ("//mal.example", "/compte/")],
)
def test_next_is_kept_when_it_is_ours(client: Client, mailbox: Mailbox, asked: str, reached: str) -> None:
    answer = client.post(ASK, {"email": "a@exemple.example", "next": asked})
    answer = client.post(answer["Location"], {"code": code_in(mailbox()[0])})
    assert answer["Location"] == reached


@pytest.mark.parametrize(
    "email", ["", "pas une adresse", "a@b", "x" * 250 + "@exemple.example", "a@exemple.example\r\nBcc: b@c.example"]
)
def test_a_bad_address_is_said_and_kept(client: Client, email: str) -> None:
    answer = client.post(ASK, {"email": email})
    assert (answer.status_code, User.objects.count(), Notice.objects.count()) == (422, 0, 0)


def test_too_many_requests_are_refused_kindly(client: Client, mailbox: Mailbox, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = PRODUCTION_LIMITS
    answers = [Client().post(ASK, {"email": "a@exemple.example"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Attendez quelques minutes" in answers[-1].content.decode()
    assert len(mailbox()) == 3


def test_nobody_uses_up_a_rivals_codes(mailbox: Mailbox, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = PRODUCTION_LIMITS
    intruder, owner = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="198.51.100.7")
    statuses = [intruder.post(ASK, {"email": "a@exemple.example"}).status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    assert owner.post(ASK, {"email": "a@exemple.example"}).status_code == 302
    for _burst in range(60):
        intruder.post(ASK, {"email": "a@exemple.example"})
        intruder.post(CONFIRM, {"code": "000000"})
    assert owner.post(CONFIRM, {"code": code_in(mailbox()[3])}).status_code == 302
    assert signed_in(owner)


def test_there_is_no_way_in_by_password() -> None:
    assert [Client().get(path).status_code for path in ("/compte/login/", "/connexion/signup/")] == [404, 404]
    assert Client().get("/connexion/entrer/?next=/x/")["Location"] == "/connexion/?next=%2Fx%2F"
    assert Client().get("/rh/", follow=True).redirect_chain[-1] == ("/connexion/?next=/rh/", 302)


@pytest.mark.parametrize(
    ("who", "page"),
    [(cast.candidate, "/candidature/"), (cast.hr, "/rh/"), (cast.auditor, "/rh/"), (cast.administrator, "/rh/")],
)
def test_each_role_lands_on_its_work(who: Callable[[], User], page: str) -> None:
    assert cast.signed_in(who()).get("/compte/")["Location"] == page


def test_a_candidate_at_the_admin_is_refused_not_sent_in_circles() -> None:
    answer = cast.signed_in(cast.candidate()).get("/rh/", follow=True)
    assert answer.status_code == 403
