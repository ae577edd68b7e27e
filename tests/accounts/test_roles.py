"""Accounts open once, by those who may, and close without a trace lost."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import policy
from accounts.models import Role, User
from accounts.roles import await_account, change_role, open_account, set_active
from journal.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db
PREDICATES = {
    Role.CANDIDATE: policy.is_candidate,
    Role.HR_HEAD: policy.is_hr_head,
    Role.SECRETARY: policy.is_secretary,
    Role.JUROR: policy.is_juror,
    Role.AUTHORITY: policy.is_authority,
    Role.AUDITOR: policy.is_auditor,
    Role.ADMINISTRATOR: policy.is_administrator,
}


def test_a_person_is_their_role_and_no_other() -> None:
    for role in set(Role) - {Role.HR}:
        user = cast.account(f"{role}@x.example", "", role)
        assert [r for r, predicate in PREDICATES.items() if predicate(user)] == [role]
        user.is_active = False
        assert not PREDICATES[role](user)


def test_hr_is_its_officers_and_their_head() -> None:
    assert [role for role in Role if policy.is_hr(cast.account(f"{role}@x.example", "", role))] == [
        Role.HR,
        Role.HR_HEAD,
    ]
    assert not policy.is_hr_head(cast.officer())


def test_a_visitor_is_nobody() -> None:
    assert [predicate(who) for predicate in PREDICATES.values() for who in (AnonymousUser(), None)] == [False] * 14


def test_opening_twice_is_opening_once() -> None:
    by = cast.administrator()
    first = open_account(email="Jury@pmp.example", full_name="A", role=Role.JUROR, by=by)
    again = open_account(email="jury@PMP.example", full_name="B", role=Role.JUROR, by=by)
    assert (first.pk, again.full_name) == (again.pk, "A")
    entry = Entry.objects.get(kind="account.created", subject=first.actor)
    assert (entry.actor, entry.facts) == (by.actor, {"role": "juror"})


def test_an_address_keeps_its_role() -> None:
    open_account(email="a@pmp.example", role=Role.JUROR)
    with pytest.raises(ValidationError):
        open_account(email="a@pmp.example", role=Role.HR)


@pytest.mark.parametrize(("email", "role"), [("", Role.HR), ("x", Role.HR), ("a@pmp.example", "king")])
def test_bad_input_is_refused(email: str, role: str) -> None:
    with pytest.raises(ValidationError):
        open_account(email=email, role=role)


@pytest.mark.parametrize("who", [cast.hr, cast.candidate, cast.juror, cast.authority, cast.auditor])
def test_only_an_administrator_opens_and_closes(who: Callable[[], User]) -> None:
    with pytest.raises(PermissionDenied):
        open_account(email="a@pmp.example", role=Role.HR, by=who())
    with pytest.raises(PermissionDenied):
        set_active(account=cast.juror(2), active=False, by=who())


def test_nobody_closes_their_own_account() -> None:
    with pytest.raises(PermissionDenied):
        set_active(account=cast.administrator(), active=False, by=cast.administrator())


def test_a_closed_account_is_signed_out() -> None:
    browser = cast.signed_in(cast.juror())
    set_active(account=cast.juror(), active=False, by=cast.administrator())
    assert browser.get("/compte/")["Location"] == "/connexion/?next=/compte/"


def test_an_administrator_opens_an_account_in_the_admin() -> None:
    browser = cast.signed_in(cast.administrator())
    form = {"email": "Nouveau@pmp.example", "full_name": "Nouveau Membre", "role": "juror"}
    assert browser.post("/rh/accounts/user/add/", form).status_code == 302
    user = User.objects.get(email="nouveau@pmp.example")
    assert (user.role, user.has_usable_password()) == (Role.JUROR, False)
    assert browser.post(f"/rh/accounts/user/{user.pk}/change/", {"role": "juror"}).status_code == 302
    user.refresh_from_db()
    assert (user.role, user.is_active) == (Role.JUROR, False)


def test_a_changed_role_ends_every_session_and_is_in_the_journal() -> None:
    officer = cast.officer()
    before, browser = cast.signed_in(officer), cast.signed_in(cast.administrator())
    page = browser.get(f"/rh/accounts/user/{officer.pk}/change/").content.decode()
    assert ('value="candidate"' in page, "déconnecte la personne partout" in page) == (False, True)
    form = {"role": "auditor", "is_active": "on"}
    assert browser.post(f"/rh/accounts/user/{officer.pk}/change/", form).status_code == 302
    officer.refresh_from_db()
    assert (officer.role, before.get("/rh/").status_code, before.get("/compte/gerer/").status_code) == (
        "auditor",
        302,
        302,
    )
    entry = Entry.objects.get(kind="account.role_changed")
    assert (entry.subject, entry.facts) == (officer.actor, {"from": "hr", "to": "auditor"})


def test_a_candidates_account_stays_one_and_no_other_becomes_one() -> None:
    by = cast.administrator()
    for account, role in ((cast.candidate(), "hr"), (cast.officer(), "candidate"), (cast.officer(), "king")):
        with pytest.raises(ValidationError):
            change_role(account=account, role=role, by=by)
    page = cast.signed_in(by).get(f"/rh/accounts/user/{cast.candidate().pk}/change/").content.decode()
    assert 'name="role"' not in page


@pytest.mark.parametrize("who", [cast.hr, cast.officer, cast.secretary, cast.auditor, cast.authority])
def test_only_an_administrator_changes_a_role_and_never_their_own(who: Callable[[], User]) -> None:
    with pytest.raises(PermissionDenied):
        change_role(account=cast.juror(2), role="hr_head", by=who())
    with pytest.raises(PermissionDenied):
        change_role(account=cast.administrator(), role="hr_head", by=cast.administrator())


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_account() -> None:
    start, opened = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        opened.append(open_account(email="a@exemple.example", role=Role.JUROR).pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert opened[0] == opened[1]
    assert Entry.objects.filter(kind="account.created").count() == 1


def test_an_address_that_was_only_typed_at_the_sign_in_is_still_free() -> None:
    typed = await_account(email="jury9@pmp.example")
    browser = cast.signed_in(cast.administrator())
    data = {"email": "Jury9@pmp.example", "full_name": "Nora Filali", "role": "juror"}
    assert browser.post("/rh/accounts/user/add/", data).status_code == 302
    account = User.objects.get(email="jury9@pmp.example")
    assert (account.pk, account.role, account.full_name) == (typed.pk, "juror", "Nora Filali")
    created = Entry.objects.filter(kind="account.created", subject=account.actor)
    assert [entry.facts["role"] for entry in created] == ["juror"]


def test_an_account_that_is_in_use_keeps_its_role() -> None:
    used = cast.candidate(1)
    cast.signed_in(used)
    browser = cast.signed_in(cast.administrator())
    page = browser.post("/rh/accounts/user/add/", {"email": used.email, "full_name": "X", "role": "juror"})
    assert (page.status_code, "Cette adresse a déjà un compte." in page.content.decode()) == (200, True)
    with pytest.raises(ValidationError):
        open_account(email=used.email, role="juror", by=cast.administrator())
    used.refresh_from_db()
    assert used.role == "candidate"
