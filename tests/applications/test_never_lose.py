"""A session that ends, or a page grown old, loses nothing that was typed; and nobody else is shown it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import views_kept_words as kept_words
from accounts.models import Session, User
from applications.models import Application
from journal import clock
from journal.models import Entry
from tests import cast
from tests.applications.tabs import Tab, address
from tests.applications.test_exchanges_objections import GROUNDS, release
from tests.evaluations.test_choosing import drawn, page_of
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db

STEPS = {
    "identity": ("city", "Tanger"),
    "career": ("postes-0-title", "Directrice"),
    "referees": ("referents-0-name", "Hajar Ouazzani"),
    "answers": ("", "Une réponse longue à écrire."),
    "declaration": ("sworn", "on"),
}
KEPT = "Voici ce que vous aviez saisi"


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def client(draft: Application) -> Client:
    return cast.signed_in(draft.candidate)


def end_session(client: Client) -> None:
    Session.objects.filter(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value).delete()


def sign_in_again(client: Client, user: User) -> None:
    """In the same browser, as the sign-in does it: Django's own ``login``, on the session that is there."""
    client.force_login(user, backend=cast.BACKEND)


def typed(draft: Application, client: Client, step: str) -> tuple[Tab, str, str]:
    name, words = STEPS[step]
    name = name or draft.posting.questions.all()[0].code
    tab = Tab(client, address(step))
    if name in tab.fields:
        tab.type(**{name: words})
    else:
        tab.form.fields.append((name, words))  # a box that is ticked
    return tab, name, words


@pytest.mark.parametrize("step", STEPS)
def test_field_saves_itself_on_every_step(draft: Application, client: Client, step: str) -> None:
    tab, name, words = typed(draft, client, step)
    answer = tab.autosave(name)
    assert (answer.status_code, answer.json()["errors"]) == (200, {})
    again = Tab(client, address(step))
    assert again.fields[name] == words


@pytest.mark.parametrize("step", STEPS)
def test_words_sent_after_the_session_ended_are_shown_again_and_not_saved(
    draft: Application, client: Client, step: str
) -> None:
    tab, name, words = typed(draft, client, step)
    end_session(client)
    answer = tab.press()
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={address(step)}")
    asked = client.get(answer["Location"]).content.decode()
    assert "Votre session avait pris fin. Votre saisie n’est pas encore enregistrée" in asked
    sign_in_again(client, draft.candidate)
    for _time in range(2):  # reading it again loses nothing
        again = Tab(client, address(step))
        assert again.fields[name] == words
        assert KEPT in again.page.content.decode()
    assert draft.career.count() + draft.referees.count() + draft.answers.count() == 0
    assert (Application.objects.get().city, Application.objects.get().sworn) == ("", False)
    assert again.press().status_code == 302
    assert Tab(client, address(step)).fields[name] == words
    assert KEPT not in client.get(address(step)).content.decode()


def test_other_device_is_not_overwritten_by_words_that_waited(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    tab.press()
    elsewhere = cast.signed_in(draft.candidate)
    Tab(elsewhere, address("identity")).type(city="Fès", phone="+212 611 111 111").press()
    sign_in_again(client, draft.candidate)
    assert Tab(client, address("identity")).press().status_code == 409
    draft.refresh_from_db()
    assert (draft.city, draft.phone) == ("Fès", "+212 611 111 111")


def test_words_that_waited_can_be_given_up(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    tab.press()
    sign_in_again(client, draft.candidate)
    answer = client.post(address("identity"), {"discard_words": "1"})
    assert (answer.status_code, answer["Location"]) == (302, address("identity"))
    assert Tab(client, address("identity")).fields["city"] == ""


def test_somebody_else_who_signs_in_is_shown_nothing(draft: Application, client: Client) -> None:
    other = factory.draft(draft.posting, cast.candidate(2)).candidate
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    tab.press()
    sign_in_again(client, other)
    page = client.get(address("identity")).content.decode()
    assert "Tanger" not in page
    assert KEPT not in page
    assert kept_words.SESSION not in client.session or client.session[kept_words.SESSION] == {}
    sign_in_again(client, draft.candidate)
    assert "Tanger" not in client.get(address("identity")).content.decode()


@pytest.mark.parametrize("alone", [True, False])
def test_page_of_somebody_else_saves_nothing(draft: Application, client: Client, alone: bool) -> None:
    other = factory.draft(draft.posting, cast.candidate(2))
    tab = Tab(client, address("identity")).type(city="Tanger")
    sign_in_again(client, other.candidate)
    answer = tab.autosave("city") if alone else tab.press()
    assert answer.status_code == (409 if alone else 302)
    assert "Tanger" not in client.get(address("identity")).content.decode()
    other.refresh_from_db()
    assert other.city == ""


def test_words_are_kept_an_hour(draft: Application, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    tab.press()
    session = client.session
    session[kept_words.SESSION][address("identity")]["at"] = (timezone.now() - timedelta(minutes=61)).timestamp()
    session.save()
    sign_in_again(client, draft.candidate)
    assert "Tanger" not in client.get(address("identity")).content.decode()


def test_a_page_that_names_nobody_keeps_nothing(draft: Application) -> None:
    stranger = Client()
    for author in ("", "forged", f"{draft.candidate.public_id}:forged"):
        stranger.post(address("identity"), {"city": "Tanger", "author": author})
        assert kept_words.SESSION not in stranger.session


def test_what_is_kept_is_bounded(draft: Application, client: Client) -> None:
    tabs = [typed(draft, client, step)[0] for step in STEPS]
    end_session(client)
    for tab in tabs:
        tab.press()
    assert list(client.session[kept_words.SESSION]) == [
        address(step) for step in ("referees", "answers", "declaration")
    ]
    tab = tabs[0].type(city="x" * kept_words.MOST_BYTES)
    tab.press()
    assert address("identity") not in client.session[kept_words.SESSION]


def test_words_are_never_logged(draft: Application, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    tab.press()
    assert "Tanger" not in caplog.text


def test_autosave_of_an_ended_session_is_told(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    end_session(client)
    assert tab.autosave("city").status_code == 401
    assert kept_words.SESSION not in client.session


def test_page_whose_token_is_too_old_keeps_the_words(draft: Application) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(draft.candidate, backend=cast.BACKEND)
    tab = Tab(strict, address("identity")).type(city="Tanger", csrfmiddlewaretoken="x" * 64)
    answer = tab.press()
    assert answer.status_code == 403
    words = answer.content.decode()
    assert "Ce que vous aviez saisi est gardé une heure" in words
    assert f'href="{address("identity")}"' in words
    again = Tab(strict, address("identity"))
    assert again.fields["city"] == "Tanger"
    assert again.press().status_code == 302
    draft.refresh_from_db()
    assert draft.city == "Tanger"


def test_other_forms_with_an_old_token_keep_nothing(draft: Application) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(draft.candidate, backend=cast.BACKEND)
    answer = strict.post(address("withdraw"), {"author": kept_words.author_field(draft.candidate)})
    assert answer.status_code == 403
    assert "est gardé" not in answer.content.decode()


@pytest.mark.parametrize("alone", [True, False])
def test_nothing_is_saved_once_the_hour_has_come(draft: Application, client: Client, alone: bool) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger")
    clock.move_to(draft.posting.closes_at, by="test", stopped=True)
    answer = tab.autosave("city") if alone else tab.press()
    assert answer.status_code == 409
    words = answer.json()["message"] if alone else answer.content.decode()
    assert "Rien n’a été enregistré : la date limite est passée" in words
    assert alone or 'value="Tanger"' in words
    draft.refresh_from_db()
    assert draft.city == ""


def test_saving_alone_writes_nothing_in_the_journal(draft: Application, client: Client) -> None:
    from_before = Application.objects.get().saved_at
    clock.move_by(timedelta(minutes=5), by="test")
    entries = Entry.objects.count()
    tab = Tab(client, address("identity")).type(city="Tanger")
    tab.autosave("city")
    after = Application.objects.get()
    assert after.saved_at > from_before
    tab.autosave("city")
    assert Application.objects.get().saved_at == after.saved_at
    assert Entry.objects.count() == entries


def test_half_valid_fields_save_what_is_right(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity")).type(city="Tanger", birth_date="le 3 mai")
    answer = tab.autosave("city", "birth_date")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["birth_date"])
    draft.refresh_from_db()
    assert (draft.city, draft.birth_date) == ("Tanger", None)


SUBMITTED: dict[str, tuple[str, str]] = {
    "contact": ("city", "Tanger"),
    "accommodation": ("needs", "Un accès sans escalier."),
    "erase": ("message", "Je souhaite l’effacement."),
}


@pytest.mark.parametrize("page", SUBMITTED)
def test_words_of_the_exchanges_wait_too(page: str) -> None:
    file = factory.submitted(factory.open_posting(), cast.candidate())
    client, (name, words) = cast.signed_in(file.candidate), SUBMITTED[page]
    tab = Tab(client, address(page), having=name).type(**{name: words})
    end_session(client)
    assert tab.press().status_code == 302
    sign_in_again(client, file.candidate)
    again = Tab(client, address(page), having=name)
    assert again.fields[name] == words
    assert KEPT in again.page.content.decode()
    assert again.press().status_code == 302
    assert KEPT not in client.get(address(page)).content.decode()


def test_words_to_say_that_no_slot_suits_wait_too() -> None:
    drawn(2)
    client, url = page_of()
    user = User.objects.get(pk=client.session["_auth_user_id"])
    tab = Tab(client, url, having="reason").type(reason="Un examen médical ce jour-là.")
    end_session(client)
    assert tab.press().status_code == 302
    sign_in_again(client, user)
    again = Tab(client, url, having="reason")
    assert again.fields["reason"] == "Un examen médical ce jour-là."
    assert again.press().status_code == 302


def test_words_of_a_recourse_wait_too() -> None:
    posting = late_stages.decided(2).posting
    release()
    file = posting.applications.get(candidate=cast.candidate(2))
    client = cast.signed_in(file.candidate)
    tab = Tab(client, address("objection"), having="grounds").type(grounds=GROUNDS)
    end_session(client)
    assert tab.press().status_code == 302
    sign_in_again(client, file.candidate)
    again = Tab(client, address("objection"), having="grounds")
    assert again.fields["grounds"] == GROUNDS
    assert not file.objections.exists()
    assert again.press().status_code == 302
    assert file.objections.exists()
