"""An address changes when both mailboxes say so, and tells nobody which addresses are known."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from accounts.models import AddressChange, User
from accounts.roles import open_account
from journal import clock
from journal.models import Entry
from notices import address_change, outbox
from notices.models import Notice, NoticeState
from tests import cast

pytestmark = pytest.mark.django_db
Mailbox = Callable[[], list[EmailMessage]]
CHANGE, CODES, ACCOUNT = "/compte/adresse/", "/compte/adresse/codes/", "/compte/gerer/"
NEW = "nouvelle@exemple.example"


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^ +(\d{6})$", text_of(mail), re.MULTILINE)
    assert found is not None
    return found[1]


def codes(mailbox: Mailbox) -> dict[str, str]:
    old, new = mailbox()[-2:]
    return {"old_code": code_in(old), "new_code": code_in(new)}


def asked(user: User, email: str = NEW) -> Client:
    browser = cast.signed_in(user)
    assert browser.post(CHANGE, {"email": email})["Location"] == CODES
    return browser


def page_without(browser: Client, *words: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", browser.get(CODES).content.decode())
    page = re.sub(r'X-CSRFToken": "\w+"', "", page)
    for word in words:
        page = page.replace(word, "")
    return page


def test_both_codes_move_the_account(mailbox: Mailbox) -> None:
    user = cast.candidate()
    old, elsewhere = user.email, cast.signed_in(user)
    browser = asked(user, " Nouvelle@Exemple.example ")
    assert [mail["To"] for mail in mailbox()] == [old, NEW]
    assert NEW in text_of(mailbox()[0])
    spaced = {name: f" {code[:3]} {code[3:]} " for name, code in codes(mailbox).items()}
    answer = browser.post(CODES, spaced, follow=True)
    user.refresh_from_db()
    assert (user.email, "nouvelle@exemple.example" in answer.content.decode()) == (NEW, True)
    assert (browser.get(ACCOUNT).status_code, elsewhere.get(ACCOUNT).status_code) == (200, 302)
    assert Entry.objects.get(kind="account.address_changed").facts == {}
    told = Notice.objects.filter(kind="address_changed").order_by("pk")
    assert [notice.address for notice in told] == [old, NEW]
    assert AddressChange.objects.count() == 0


def test_no_secret_stays_once_sent(mailbox: Mailbox) -> None:
    asked(cast.candidate())
    found = codes(mailbox)
    kept = AddressChange.objects.get()
    assert {notice.state for notice in Notice.objects.all()} == {NoticeState.SENT}
    assert [notice.context for notice in Notice.objects.all()] == [{}, {}]
    assert (len(kept.old_code), found["old_code"] in kept.old_code) == (64, False)


@pytest.mark.parametrize("right", ["old_code", "new_code"])
def test_one_code_alone_moves_nothing(mailbox: Mailbox, right: str) -> None:
    user = cast.candidate()
    browser = asked(user)
    wrong = {name: code if name == right else "000000" for name, code in codes(mailbox).items()}
    answer = browser.post(CODES, wrong)
    assert (answer.status_code, "Au moins un des deux codes" in answer.content.decode()) == (422, True)
    assert User.objects.get(pk=user.pk).email == user.email
    assert browser.post(CODES, codes(mailbox)).status_code == 302


def test_the_codes_swapped_move_nothing(mailbox: Mailbox) -> None:
    browser = asked(cast.candidate())
    found = codes(mailbox)
    swapped = {"old_code": found["new_code"], "new_code": found["old_code"]}
    assert browser.post(CODES, swapped).status_code == 422


def test_five_wrong_tries_end_the_change(mailbox: Mailbox) -> None:
    user = cast.candidate()
    browser = asked(user)
    wrong = {"old_code": "000000", "new_code": "000000"}
    answers = [browser.post(CODES, wrong) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 302]
    assert browser.post(CODES, codes(mailbox))["Location"] == CHANGE
    assert User.objects.get(pk=user.pk).email == user.email


def test_a_change_expires(mailbox: Mailbox) -> None:
    browser = asked(cast.candidate())
    AddressChange.objects.update(expires_at=clock.real() - timedelta(seconds=1))
    assert browser.post(CODES, codes(mailbox))["Location"] == CHANGE


def test_a_known_address_looks_like_any_other_and_only_its_owner_is_told(mailbox: Mailbox) -> None:
    taken, user = cast.hr(), cast.candidate()
    browser = asked(user)
    free = page_without(browser, NEW)
    assert browser.post(CHANGE, {"email": taken.email})["Location"] == CODES
    assert page_without(browser, taken.email) == free
    mails = mailbox()
    assert [mail["To"] for mail in mails[2:]] == [user.email, taken.email]
    assert re.search(r"\d{6}", text_of(mails[3])) is None
    guess = {"old_code": code_in(mails[2]), "new_code": ""}
    assert browser.post(CODES, guess).status_code == 422
    assert browser.post(CODES, guess | {"new_code": "000000"}).status_code == 422
    assert User.objects.get(pk=user.pk).email == user.email


def test_an_empty_account_at_the_new_address_gives_way(mailbox: Mailbox) -> None:
    user = cast.candidate()
    stray = Client()
    stray.post("/connexion/", {"email": NEW})
    stray.post("/connexion/code/", {"code": code_in(mailbox()[0])})
    browser = asked(user)
    assert browser.post(CODES, codes(mailbox)).status_code == 302
    assert User.objects.get(email=NEW).pk == user.pk
    assert stray.get(ACCOUNT).status_code == 302


def test_an_address_taken_meanwhile_is_said_to_who_reads_it(mailbox: Mailbox) -> None:
    user = cast.candidate()
    browser = asked(user)
    open_account(email=NEW, role="juror")
    answer = browser.post(CODES, codes(mailbox))
    assert (answer.status_code, "a déjà un compte" in answer.content.decode()) == (422, True)
    assert User.objects.get(pk=user.pk).email == user.email


def test_letters_that_wait_follow_and_those_that_left_stay() -> None:
    user = cast.candidate()
    context = {"at": clock.now().isoformat()}
    waiting, left = (outbox.enqueue(key=k, kind="passkey_added", to=user, context=context) for k in ("a", "b"))
    Notice.objects.filter(pk=left.pk).update(state=NoticeState.SENT, sent_at=clock.now())
    old = user.email
    change = address_change.ask(email=NEW, by=user)
    AddressChange.objects.filter(pk=change.pk).update(
        old_code=address_change._hash(user, "111111"), new_code=address_change._hash(user, "222222")
    )
    address_change.confirm(old_code="111111", new_code="222222", by=user, session_key=None)
    assert [Notice.objects.get(pk=notice.pk).address for notice in (waiting, left)] == [NEW, old]


def test_a_code_asked_for_at_the_old_address_opens_nothing_any_more(mailbox: Mailbox) -> None:
    user = cast.candidate()
    intruder = Client()
    intruder.post("/connexion/", {"email": user.email})
    code = code_in(mailbox()[0])
    asked(user).post(CODES, codes(mailbox))
    assert intruder.post("/connexion/code/", {"code": code})["Location"] == "/connexion/"
    assert "_auth_user_id" not in intruder.session


@pytest.mark.parametrize("email", ["", "non", "a@b", "candidat1@exemple.example", "CANDIDAT1@exemple.example"])
def test_a_bad_or_own_address_is_refused_and_kept(email: str) -> None:
    answer = cast.signed_in(cast.candidate()).post(CHANGE, {"email": email})
    assert (answer.status_code, AddressChange.objects.count(), email in answer.content.decode()) == (422, 0, True)


def test_too_many_demands_are_refused_kindly(settings: LazySettings, mailbox: Mailbox) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"change_address": "5/h/user,5/h/key"}
    browser = cast.signed_in(cast.candidate())
    statuses = [browser.post(CHANGE, {"email": f"a{n}@exemple.example"}).status_code for n in range(6)]
    assert (statuses, len(mailbox())) == ([302] * 5 + [429], 10)


def test_pages_want_a_signed_in_person_and_a_change() -> None:
    assert [Client().get(path).status_code for path in (CHANGE, CODES)] == [302, 302]
    browser = cast.signed_in(cast.juror())
    assert (browser.get(CHANGE).status_code, browser.get(CODES)["Location"]) == (200, CHANGE)


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted() -> None:
    user = cast.candidate()
    address_change.ask(email=NEW, by=user)
    start, outcomes = threading.Barrier(12), []

    def work() -> None:
        start.wait()
        try:
            address_change.confirm(old_code="x", new_code="x", by=user, session_key=None)
        except (address_change.WrongCodes, address_change.ChangeOver) as error:
            outcomes.append(type(error).__name__)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["ChangeOver"] * 7 + ["WrongCodes"] * 5
