"""The blind stage: who signs in as a member of the jury, follows every link and reads every byte, learns nobody's identity."""

import re
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from evaluations import progress
from notices import delivery
from postings import lifecycle, loader
from postings.models import Posting, Stage
from tests import cast
from tests.blind import people
from tests.blind.crawler import Fetched, crawl, read
from tests.blind.matching import leaks, texts
from tests.blind.unpacking import readable
from tests.factories import evaluations

pytestmark = pytest.mark.django_db
MEMBERS = range(1, 6)


def home() -> list[str]:
    return [reverse("evaluations:jury"), "/", reverse("accounts:home")]


def crawl_as(n: int) -> dict[str, Fetched]:
    pages = crawl(cast.signed_in(cast.juror(n)), home())
    # A member's own secret and its picture, drawn by lot at each look: any six digits come up in it sooner or later.
    pages.pop("/compte/second-facteur/application/", None)
    return pages


def mark(posting: Posting, n: int) -> dict[str, str]:
    """The member declares, marks, saves and seals through the pages; every answer that came back."""
    client, answers = cast.signed_in(cast.juror(n)), {}
    for sheet in people.sheets_of(posting, n):
        where = [sheet.application.dossier_code, sheet.stage]
        marks = {f"value-{score.criterion.code}": "12,5" for score in sheet.scores.all()}
        for name, body in (
            ("declare", {"conflict": "no"}),
            ("save", {**marks, "appreciation": "Bien"}),
            ("sheet", {**marks, "appreciation": "Très bien"}),
            ("seal", {}),
        ):
            address = reverse(f"evaluations:{name}", args=where)
            answers[f"POST {address}"] = read(client.post(address, body)).text
    return answers


def test_no_member_of_the_jury_finds_an_identity_from_the_first_look_to_the_last_seal() -> None:
    """Before declaring, while marking, and once all is sealed; the first member presides."""
    posting = people.campaign()
    read_pages: dict[int, dict[str, Fetched]] = {}
    for n in MEMBERS:
        assert leaks(texts(crawl_as(n)), posting) == set()
    for n in (1, 2):
        assert leaks(mark(posting, n), posting) == set()
        read_pages[n] = crawl_as(n)
        assert leaks(texts(read_pages[n]), posting) == set()
        for sheet in people.sheets_of(posting, n):
            address = reverse("evaluations:sheet", args=[sheet.application.dossier_code, Stage.SKILLS])
            assert read_pages[n][address].status == 200
    evaluations.all_sealed(posting)
    for n in MEMBERS:
        after = crawl_as(n)
        assert leaks(texts(after), posting) == set()
        own = people.sheets_of(posting, n)[0].application.dossier_code
        assert after[reverse("evaluations:file", args=[own, Stage.SKILLS])].status == 200
    assert read_pages[1][reverse("evaluations:presiding", args=[posting.slug])].status == 200


def test_a_member_of_another_jury_finds_neither_an_identity_nor_a_file(tmp_path: Path) -> None:
    posting = people.campaign(2)
    folder = Path(shutil.copytree(loader.DATA / posting.slug, tmp_path / "autre-poste"))
    rules = (folder / "posting.toml").read_text(encoding="utf-8")
    (folder / "posting.toml").write_text(
        rules.replace(f'slug = "{posting.slug}"', 'slug = "autre-poste"'), encoding="utf-8"
    )
    # Its notice is loaded, its own intake not open any more: only its jury matters here.
    other = loader.load(folder)
    people.other_panel(other)
    pages = crawl_as(6)
    assert pages[reverse("evaluations:jury")].status == 200
    assert leaks(texts(pages), posting) == set()
    client = cast.signed_in(cast.juror(6))
    assert {client.get(address).status_code for address in guesses(posting)} <= {302, 403, 404}
    codes = {file.dossier_code for file in posting.applications.all()}
    assert {code for code in codes for page in pages.values() if code in page.text} == set()


def guesses(posting: Posting) -> list[str]:
    """Addresses of each file that no link gives, and that a person could type."""
    found = []
    for file in posting.applications.all():
        for stage in Stage.values:
            found += [
                reverse(f"evaluations:{name}", args=[file.dossier_code, stage]) for name in ("sheet", "declare", "file")
            ]
        found.append(reverse("evaluations:reference_summary", args=[file.dossier_code]))
        documents = [[file.dossier_code, document.public_id] for document in file.documents.all()]
        # The answer alone is read: the address holds what was known before.
        found += [reverse("evaluations:document", args=where) for where in documents]
        found.append(reverse("admin:applications_application_change", args=[file.pk]))
    return found


@pytest.mark.parametrize("n", [1, 2, 6])
def test_an_address_that_no_link_gives_tells_nothing_either(n: int) -> None:
    posting = people.campaign(2)
    for sheet in people.sheets_of(posting, n):
        evaluations.declared(sheet)
    client = cast.signed_in(cast.juror(n))
    answers = [(address, client.get(address)) for address in guesses(posting)]
    assert (
        leaks({str(k): readable(a.content) for k, (_address, a) in enumerate(answers) if a.status_code != 302}, posting)
        == set()
    )
    opened = {address for address, answer in answers if answer.status_code == 200}
    own = {sheet.application.dossier_code for sheet in people.sheets_of(posting, n)}
    assert all("/competences/" in address and (n == 1 or address.split("/")[4] in own) for address in opened)


def test_no_mail_to_a_member_names_anyone(mailbox: Callable[[], list[EmailMessage]]) -> None:
    posting = people.campaign(3)
    members = {cast.juror(n).email for n in MEMBERS}
    for n in MEMBERS:
        mark(posting, n)
    Client().post(reverse("account_request_login_code"), {"email": cast.juror(2).email})
    delivery.deliver_due()
    to_jury = {str(k): readable(mail.as_bytes()) for k, mail in enumerate(mailbox()) if mail["To"] in members}
    assert to_jury
    assert leaks(to_jury, posting) == set()
    others = {str(k): readable(mail.as_bytes()) for k, mail in enumerate(mailbox()) if mail["To"] not in members}
    assert leaks(others, posting) != set()


def orders(count: int) -> tuple[list[list[str]], list[str]]:
    """The files in the order of each member's desk, and of the chair's table; and in that of their submission."""
    posting = evaluations.assigned(count)
    submitted = list(posting.applications.order_by("submitted_at", "pk").values_list("dossier_code", flat=True))
    shown = []
    for n in MEMBERS:
        pages = crawl_as(n)
        lists = [reverse("evaluations:jury"), *[reverse("evaluations:presiding", args=[posting.slug])][: n == 1]]
        shown += [
            list(dict.fromkeys(c for c in re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", pages[a].page) if c in submitted))
            for a in lists
        ]
    return shown, submitted


def agreement(shown: list[list[str]], submitted: list[str]) -> float:
    """Of all pairs of files on the same list, the part that stands in the order of submission."""
    pairs = [(a, b) for codes in shown for k, a in enumerate(codes) for b in codes[k + 1 :]]
    assert len(pairs) > 40
    return sum(submitted.index(a) < submitted.index(b) for a, b in pairs) / len(pairs)


def test_the_order_of_lists_says_nothing_of_who_came_first() -> None:
    shown, submitted = orders(12)
    assert 0.1 < agreement(shown, submitted) < 0.9
    # And two members don't read the same files in the same order, but for small lists.
    assert len({tuple(codes) for codes in shown}) == len(shown)


def test_the_order_of_submission_is_found_when_a_list_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = progress._counted
    monkeypatch.setattr(progress, "_shuffled", lambda _member, _code: "")
    monkeypatch.setattr(
        progress, "_counted", lambda *a, **k: sorted(real(*a, **k), key=lambda sheet: sheet.application_id)
    )
    shown, submitted = orders(12)
    desks = [codes for codes in shown if len(codes) < len(submitted)]
    assert agreement(desks, submitted) == 1.0


def test_a_published_notice_still_stands() -> None:
    """The crawler reads what it should: the notice, the files by their codes, the anchors of the marks."""
    posting = people.campaign(1)
    pages = crawl_as(1)
    assert lifecycle.RULES
    assert reverse("postings:detail", args=[posting.slug]) in pages
    assert reverse("postings:deadline_ics", args=[posting.slug]) in pages
    assert len(pages) > 10
