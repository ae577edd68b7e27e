"""The office's list: filters, saved filters, a search, the way from file to file, at a constant cost."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from applications import admin_list, checklist, officers, second_look
from applications.exchanges import pieces
from applications.models import Application, Move, SavedFilter
from journal import clock
from journal.append import append
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:applications_application_changelist")


@pytest.fixture
def files(posting: Posting) -> list[Application]:
    """Four submitted files, the first first; intake is closed."""
    found = []
    for n in (1, 2, 3, 4):
        found.append(factory.submitted(posting, cast.candidate(n)))
        clock.move_by(timedelta(minutes=1), by="test")
    factory.close(posting)
    return found


@pytest.fixture
def client_hr() -> Client:
    return cast.signed_in(cast.hr())


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return [row.dossier_code for row in page.context["cl"].result_list]


def codes(files: Iterable[Application]) -> list[str]:
    return [file.dossier_code for file in files]


def test_the_list_is_narrowed_by_officer(files: list[Application], client_hr: Client) -> None:
    officers.assign(application=files[0], officer=cast.hr(), by=cast.hr())
    officers.assign(application=files[1], officer=cast.officer(), by=cast.hr())
    assert listed(client_hr, agent="moi") == codes([files[0]])
    assert listed(client_hr, agent=str(cast.officer().pk)) == codes([files[1]])
    assert listed(client_hr, agent="personne") == codes([files[3], files[2]])


def test_the_list_is_narrowed_by_checklist(files: list[Application], client_hr: Client) -> None:
    whole = {line.code: ("ok", "") for line in checklist.lines(files[0])}
    checklist.save(application=files[0], found=whole, by=cast.hr())
    checklist.save(application=files[1], found={"piece-cv": ("missing", "Absent.")}, by=cast.hr())
    assert listed(client_hr, grille="conforme") == codes([files[0]])
    assert listed(client_hr, grille="alever") == codes([files[1]])
    assert listed(client_hr, grille="vierge") == codes([files[3], files[2]])
    page = client_hr.get(LIST).content.decode()
    assert "8 / 8" in page
    assert "1 point à lever" in page


def test_the_list_is_narrowed_by_who_may_give_the_second_look(files: list[Application], client_hr: Client) -> None:
    second_look.propose(application=files[0], ground="other", reason="Un.", by=cast.hr())
    proposal = second_look.propose(application=files[1], ground="other", reason="Deux.", by=cast.officer())
    assert listed(client_hr, regard="attendu") == codes([files[1], files[0]])
    assert listed(client_hr, regard="moi") == codes([files[1]])
    second_look.send_back(proposal=proposal, remark="Non.", by=cast.hr())
    assert (listed(client_hr, regard="moi"), listed(client_hr, regard="renvoye")) == ([], [])
    assert listed(cast.signed_in(cast.officer()), regard="renvoye") == codes([files[1]])


def test_the_list_is_narrowed_by_piece_asked(files: list[Application], client_hr: Client) -> None:
    requirement = files[0].posting.requirements.get(code="diplomes")
    pieces.ask(application=files[2], requirement=requirement, message="Lisible.", days=3, by=cast.hr())
    assert (listed(client_hr, piece="attendue"), listed(client_hr, piece="retard")) == (codes([files[2]]), [])
    clock.move_by(timedelta(days=5), by="test")
    assert (listed(client_hr, piece="attendue"), listed(client_hr, piece="retard")) == ([], codes([files[2]]))


@pytest.mark.parametrize("words", ["tazi", "Omar Tazi", "candidat4@", "TAZ"])
def test_the_search_takes_each_word_wherever_it_stands(files: list[Application], client_hr: Client, words: str) -> None:
    assert listed(client_hr, q=words) == codes([files[3]])
    assert listed(client_hr, q=f"{words} introuvable") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has no such index")
def test_the_search_has_its_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%gin_trgm_ops%%'")
        found = {name for (name,) in cursor.fetchall()}
    words = {"applications_search_code", "applications_search_family", "applications_search_given"}
    assert found == words | {"applications_search_mail"}


def _kept(**query: str) -> dict[str, str]:
    return {"_changelist_filters": "&".join(f"{name}={value}" for name, value in query.items())}


def _neighbours(client: Client, file: Application, **query: str) -> tuple[Any, Any]:
    page = client.get(reverse("admin:applications_application_change", args=[file.pk]), _kept(**query))
    assert page.status_code == 200
    return page.context["before"], page.context["after"]


def test_the_next_file_is_the_next_of_the_list(files: list[Application], client_hr: Client) -> None:
    assert _neighbours(client_hr, files[3]) == (None, files[2])
    assert _neighbours(client_hr, files[1]) == (files[2], files[0])
    officers.assign(application=files[0], officer=cast.hr(), by=cast.hr())
    officers.assign(application=files[2], officer=cast.hr(), by=cast.hr())
    assert _neighbours(client_hr, files[2], agent="moi") == (None, files[0])
    # Out of the filter by now, it still has its place.
    assert _neighbours(client_hr, files[1], agent="moi") == (files[2], files[0])
    by_name = sorted(files, key=lambda file: (file.family_name, -file.pk))
    assert _neighbours(client_hr, by_name[1], o="2") == (by_name[0], by_name[2])
    assert _neighbours(client_hr, files[1], family_name__startswith="B") == (files[2], files[0])


def test_an_act_keeps_the_filter(files: list[Application], client_hr: Client) -> None:
    page = client_hr.get(
        reverse("admin:applications_application_change", args=[files[1].pk]), _kept(state__exact="submitted")
    )
    admit = reverse("admin:applications_application_admit", args=[files[1].pk])
    action = f"{admit}?_changelist_filters=state__exact%3Dsubmitted"
    assert f'action="{action}"' in page.content.decode()
    answer = client_hr.post(action)
    assert answer["Location"].endswith("?_changelist_filters=state__exact%3Dsubmitted")
    page = client_hr.get(answer["Location"])
    assert (page.context["before"], page.context["after"]) == (files[2], files[0])


def _save(client: Client, name: str, query: str, **more: str) -> Any:
    values = {"name": name, "query": query, **more}
    return client.post(reverse("admin:applications_savedfilter_save"), values, follow=True)


def test_a_filter_is_saved_shared_and_taken_back(files: list[Application], client_hr: Client) -> None:
    _save(client_hr, "Les miens", "agent=moi&state__exact=submitted&p=3&q=Bennis&evil=1")
    mine = SavedFilter.objects.get()
    assert mine.query == "agent=moi&state__exact=submitted"
    other = cast.signed_in(cast.officer())
    assert "Les miens" not in other.get(LIST).content.decode()
    _save(client_hr, "Les miens", "agent=moi", shared="on")
    assert SavedFilter.objects.get().query == "agent=moi"
    assert "Les miens" in other.get(LIST).content.decode()
    remove = reverse("admin:applications_savedfilter_remove", args=[mine.pk])
    assert "quelqu’un d’autre" in other.post(remove, follow=True).content.decode()
    client_hr.post(remove)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(("name", "query"), [("", "agent=moi"), ("x" * 61, "agent=moi"), ("Vide", "q=Bennis")])
def test_a_filter_wants_a_name_and_a_filter(client_hr: Client, name: str, query: str) -> None:
    assert _save(client_hr, name, query).status_code == 200
    assert not SavedFilter.objects.exists()


def crowd(posting: Posting, count: int, start: int = 0) -> None:
    """So many more submitted files, written straight into the tables, one entry for all their moves."""
    now = clock.now()
    people = User.objects.bulk_create(
        User(email=f"foule{n}@exemple.example", full_name=f"Foule {n}", role="candidate")
        for n in range(start, start + count)
    )
    files = Application.objects.bulk_create(
        Application(
            posting=posting,
            candidate=person,
            dossier_code=f"{n:04}-ZZZZ",
            created_at=now,
            saved_at=now,
            family_name=f"Foule{n}",
        )
        for n, person in enumerate(people, start)
    )
    for file in files:
        entry = append("application.submitted", at=now, actor="system", subject=file.subject, facts={})
        Move.objects.create(application=file, from_state="draft", to_state="submitted", at=now, entry=entry)
    Application.objects.filter(pk__in=[file.pk for file in files]).update(
        **{"state": "submitted"}, submitted_at=now, manifest={}, manifest_sha256="0" * 64
    )


ADDRESSES = [
    {},
    {"q": "Foule"},
    {"agent": "moi"},
    {"grille": "conforme"},
    {"grille": "vierge", "state__exact": "submitted"},
    {"regard": "moi"},
    {"piece": "retard"},
]


def test_the_list_costs_the_same_however_many_files(files: list[Application], client_hr: Client) -> None:
    def queries() -> list[int]:
        counts = []
        for query in ADDRESSES:
            with CaptureQueriesContext(connection) as captured:
                assert client_hr.get(LIST, query).status_code == 200
            counts.append(len(captured))
        return counts

    client_hr.get(LIST)
    crowd(files[0].posting, 3)
    few = queries()
    crowd(files[0].posting, 300, 3)
    assert queries() == few


def test_the_count_stops_where_nobody_turns_pages(
    files: list[Application], client_hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_list, "MOST_COUNTED", 3)
    page = client_hr.get(LIST)
    assert page.context["cl"].result_count == 4
    assert "Plus de 3 dossiers" in page.content.decode()
    factory_counts = admin_list.BoundedPaginator(Application.objects.order_by("pk"), 2)
    assert (factory_counts.count, factory_counts.num_pages) == (4, 2)
