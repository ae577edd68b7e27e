"""HR closes the campaign: reads the draft, issues the report, asks for the archive, and takes both, on a phone as on a desk."""

import zipfile

from django.urls import reverse
from playwright.sync_api import expect

from evaluations import archiving
from evaluations.models import CampaignArchive
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import Complaints, look_here
from tests.factories import late_stages


def test_hr_issues_the_report_and_takes_the_archive(open_page: OpenPage) -> None:
    posting: Posting = late_stages.notified(2).posting
    page = open_page(user=cast.hr(), narrow=True)
    complaints = Complaints(page)
    page.set_default_timeout(60_000)  # drawing the report takes seconds
    page.goto(reverse("evaluations:papers", args=[posting.slug]))
    expect(page.get_by_role("link", name="Relire le projet de rapport (PDF)")).to_be_visible()
    press(page, "Établir")
    expect(page.get_by_role("link", name="Le rapport (PDF)")).to_be_visible()

    page.get_by_label("Joindre les pièces des candidats").check()
    press(page, "Constituer l’archive")
    expect(page.get_by_text("Un processus va la commencer")).to_be_visible()
    CampaignArchive.objects.update(done=12, total=40)
    expect(page.get_by_text("12 fichiers sur 40")).to_be_visible(timeout=15_000)  # the page asks by itself
    assert list(look_here(page)) == []
    archiving.make_due()
    link = page.get_by_role("link", name="Télécharger (")
    expect(link).to_be_visible(timeout=15_000)
    with page.expect_download() as taken:
        link.click()
    assert zipfile.is_zipfile(taken.value.path())
    with page.expect_download() as taken:
        page.get_by_role("link", name="résultats, par numéro de dossier, XLSX").click()
    assert taken.value.suggested_filename == "resultats.xlsx"
    assert list(look_here(page)) == []
    # A download ends the navigation that asked for it.
    assert [said for said in complaints if not said.endswith("net::ERR_ABORTED")] == []
