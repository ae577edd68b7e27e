"""Candidates whose every word is found nowhere else on the site, so that a hit is a leak."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from django.db import connection

from accounts.models import Role, User
from applications import documents, drafts, intake, screening
from applications.models import Application
from evaluations import assignment, panels
from evaluations.models import ScoreSheet
from evaluations.panels import MemberSeat
from journal import clock
from pmp_recruit.templatetags.french import exact_hour, moment
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations

GIVEN = ("Zwentibold", "Œdipine", "Ysoline", "Guénhaëlle", "Théophraste", "Rodrigonde")
FAMILY = ("Quaxelmann", "Vrouzéniek", "d’Hœrckxmaar", "Tchoupétrine", "Bjørkvåsen", "Xylandropoulos")
#: Keys that nothing else on a page could spell.
FIRST_KEY = 730_194_000
_TABLES = (
    "accounts_user",
    "applications_application",
    "applications_document",
    "applications_referee",
    "applications_answer",
    "applications_careerentry",
)
#: Someone hands in their file every few hours, at an odd second.
STEP = timedelta(hours=7, minutes=13, seconds=29)


def distinctive_keys() -> None:
    """From here on, the keys of people, files, documents and referees have nine digits."""
    tables = [table for table in _TABLES if table in connection.introspection.table_names()]
    assert len(tables) >= 4
    with connection.cursor() as cursor:
        for n, table in enumerate(tables):
            first = FIRST_KEY + 100_000 * n
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {first}")
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])


def candidate(n: int) -> User:
    name = f"{GIVEN[n]} {FAMILY[n]}"
    return cast.account(f"{'abcdef'[n] * 3}.kwzjx{n}@boite-{n}.example", name, Role.CANDIDATE)


def submitted(posting: Posting, n: int, *, answer: str = "Une réponse qui ne dit rien de personne.") -> Application:
    """The n-th file, handed in at a second of its own, each of its words unlike any other."""
    by = candidate(n)
    clock.move_to(clock.now() + STEP, by="test", stopped=True)
    application = applications.fill(applications.draft(posting, by), documents_too=False)
    drafts.save_identity(application=application, values=_identity(n), by=by)
    post = {
        "title": f"Grand échanson n° {n}{n}",
        "employer": f"Comptoir {n}{n} des Zellijes",
        "started": date(2014, 3, 2),
    }
    summary = {"current_employer": post["employer"], "current_position": post["title"]}
    drafts.save_career(application=application, values=summary, posts=[post], by=by)
    drafts.save_referees(application=application, referees=[_referee(n, k) for k in range(posting.referees_min)], by=by)
    answers = {question.code: answer for question in posting.questions.all()}
    drafts.save_answers(application=application, answers=answers, by=by)
    for requirement in posting.requirements.filter(required=True):
        name = f"{requirement.code} de {by.full_name} {n}.pdf"
        file = applications.upload(f"{requirement.code} {n}", name=name, content=signed_pdf(n, requirement.code))
        documents.attach(application=application, requirement=requirement, files=[file], by=by)
    clock.move_to(clock.now() + timedelta(minutes=17, seconds=41), by="test", stopped=True)
    return intake.submit(application=application, by=by)


def signed_pdf(n: int, code: str) -> bytes:
    """A sound PDF whose title names its author, as any word processor's does."""
    return applications.pdf(f"{code} de {GIVEN[n]} {FAMILY[n]}")


def _identity(n: int) -> dict[str, Any]:
    return {
        "family_name": FAMILY[n],
        "given_names": GIVEN[n],
        "birth_date": date(1971 + n, 2, 3),
        "nationality": "marocaine",
        "national_id": f"QX{n}84613{n}",
        "phone": f"+212 6{n} 91 37 5{n} 08",
        "address": f"{n}{n}7, venelle des Girouettes-Mauves-{n}",
        "city": f"Bourg-Zéphyr-{n}",
    }


def _referee(n: int, k: int) -> dict[str, str]:
    return {
        "name": f"Archibald-{n}{k} Pfeffelsworth",
        "title": f"Archiduc émérite {n}{k}",
        "organisation": f"Régie {n}{k} des Baudriers",
        "relationship": "Supérieur hiérarchique",
        "email": f"archibald.{n}{k}@baudriers-{n}{k}.example",
        "phone": f"+212 5{n}{k} 64 29 81",
    }


def campaign(count: int = 6, *, answer: str = "Une réponse qui ne dit rien de personne.") -> Posting:
    """The blind stage: files handed in by people of ours, the jury composed, the markers drawn."""
    posting = applications.open_posting()
    evaluations.composed(posting)
    distinctive_keys()
    clock.move_to(posting.opens_at + timedelta(days=20), by="test", stopped=True)
    files = [submitted(posting, n, answer=answer) for n in range(count)]
    applications.close(posting)
    posting.refresh_from_db()
    for file in files:
        screening.admit(application=file, by=cast.hr())
    assignment.assign_markers(posting=posting, by=cast.hr())
    return posting


def sheets_of(posting: Posting, n: int) -> list[ScoreSheet]:
    """The blind sheets of the n-th member."""
    return [sheet for sheet in evaluations.sheets(posting) if sheet.member.user == cast.juror(n)]


def other_panel(posting: Posting) -> None:
    """Another posting's jury: the sixth and seventh people of the cast among its members."""
    people = [
        cast.juror(6),
        cast.juror(7),
        *(cast.account(f"membre{n}@autre.example", f"Membre {n}", Role.JUROR) for n in range(3)),
    ]
    members = [MemberSeat(person, chair=n == 0, outsider=n == 4) for n, person in enumerate(people)]
    panels.compose(posting=posting, members=members, by=cast.hr())


def needles(application: Application) -> dict[str, str]:
    """Everything that tells who the candidate is or when their file came, by what it is."""
    person = application.candidate
    found = {
        "given name": application.given_names,
        "family name": application.family_name,
        "e-mail": person.email,
        "e-mail's name": person.email.partition("@")[0],
        "phone": application.phone,
        "phone, bare": application.phone.replace(" ", ""),
        "national id": application.national_id,
        "address": application.address,
        "city": application.city,
        "employer": application.current_employer,
        "position": application.current_position,
        "birth date": application.birth_date.isoformat() if application.birth_date else "",
        "key of the file": str(application.pk),
        "key of the account": str(person.pk),
        "account's public id": str(person.public_id),
        "actor": person.actor,
        "manifest": application.manifest_sha256,
        "entry": application.entry_hash,
    }
    for n, document in enumerate(application.documents.all()):
        found |= {f"document {n}": document.name, f"document {n}, id": str(document.public_id)}
        found |= {f"document {n}, key": str(document.pk), f"document {n}, hash": document.sha256}
        found |= {f"document {n}, stored": document.file.name}
    for n, referee in enumerate(application.referees.all()):
        found |= {
            f"referee {n}": referee.name,
            f"referee {n}, mail": referee.email,
            f"referee {n}, key": str(referee.pk),
        }
        found |= {f"referee {n}, organisation": referee.organisation, f"referee {n}, phone": referee.phone}
    assert application.submitted_at
    found |= {f"submitted, {name}": value for name, value in instants(application.submitted_at).items()}
    found |= {f"opened, {name}": value for name, value in instants(application.created_at).items()}
    return {name: value for name, value in found.items() if value}


def instants(at: datetime) -> dict[str, str]:
    """One instant in the ways in which pages, headers and files tell one."""
    utc, local = at.astimezone(UTC), at.astimezone(clock.zone())
    return {
        "in words": moment(at),
        "to the second": exact_hour(at),
        "ISO": f"{local:%Y-%m-%dT%H:%M:%S}",
        "ISO, UTC": f"{utc:%Y-%m-%dT%H:%M:%S}",
        "calendar": f"{utc:%Y%m%dT%H%M%S}",
        "header": format_datetime(utc, usegmt=True),
        "since 1970": str(int(at.timestamp())),
        "clock": f"{local:%H:%M:%S}",
        "clock, UTC": f"{utc:%H:%M:%S}",
    }
