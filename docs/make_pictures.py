"""Walk the whole road in a temporary home, and photograph the pages on the way: the real product, nothing staged.

``script/pictures FOLDER`` leaves everything in the folder, at both widths; ``script/pictures`` renews docs/pictures/,
which the README and docs/candidate.md show.
"""

import argparse
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import django
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

django.setup()

from rehearsal.cast import AUDITOR, AUTHORITY, HR, JURORS  # noqa: E402 - they need Django set up
from rehearsal.people import invent  # noqa: E402
from rehearsal.stage import Stage, fresh_database  # noqa: E402
from rehearsal.walk.marking import CAMPAIGN, CHAIR, DESK  # noqa: E402
from rehearsal.walk.road import ROAD  # noqa: E402
from rehearsal.walk.scene import SLUG, Scene  # noqa: E402
from tests.chromium import CHROMIUM, FLAGS  # noqa: E402

KEPT = Path(__file__).parent / "pictures"
SIZES = {"large": ViewportSize(width=1280, height=900), "etroit": ViewportSize(width=360, height=740)}
# What a reader looks at in one go.
KEPT_SIZE = ViewportSize(width=1280, height=1100)
PHONE_SIZE = ViewportSize(width=360, height=800)
KEPT_PAPERS = {"papier-decision", "papier-proces-verbal"}
FILE = f"/candidature/{SLUG}/"
ADMIN = "/rh/"
NEVER, LATE, READY = "candidat005", "candidat003", "candidat007"  # of the ten invented candidates
Way = Callable[[Page], None]


@dataclass(frozen=True)
class Shot:
    """A page as ``who`` sees it (nobody: signed out), and the way from its address to what is shown.

    ``kept``: the README shows it; ``phone``: docs/candidate.md does, as a telephone shows it.
    """

    name: str
    who: str
    path: str
    way: Way | None = None
    kept: bool = False
    phone: bool = False

    @property
    def email(self) -> str:
        return self.who if "@" in self.who or not self.who else f"{self.who}@repetition.example"


def follow(part: str, *, last: bool = False) -> Way:
    """Open the first link of the content whose address contains ``part``."""

    def way(page: Page) -> None:
        links = page.locator(f"main a[href*='{part}'], #content a[href*='{part}']")
        page.goto(
            urlsplit(page.url)._replace(path="", query="").geturl()
            + str((links.last if last else links.first).get_attribute("href"))
        )

    return way


def declared(page: Page) -> None:
    """The first sheet of the desk, its declaration made."""
    follow("/dossiers/")(page)
    if "declaration" in page.url:
        page.check("input[name=conflict][value=no]")
        page.click("main form button[type=submit]")


def begun(page: Page) -> None:
    """A sheet on which two marks are typed and saved."""
    declared(page)
    for field, value in zip(page.locator("input[name^='value-']").all()[:2], ("14,5", "12"), strict=False):
        field.fill(value)
        field.blur()
    page.wait_for_timeout(1500)


def pressed_late(page: Page) -> None:
    """The request of a page opened before the deadline."""
    with page.expect_navigation():
        page.evaluate(
            """() => { const form = document.createElement("form"); form.method = "post"; form.action = "../depot/";
            const token = document.querySelector("[name=csrfmiddlewaretoken]").cloneNode(); form.append(token);
            document.body.append(form); form.submit(); }"""
        )


# After each stretch of the road, what is worth a look.
SHOTS: dict[str, tuple[Shot, ...]] = {
    "L'avis": (
        Shot("avis", "", f"/avis/{SLUG}/", kept=True, phone=True),
        Shot("donnees-personnelles", "", "/donnees-personnelles/"),
        Shot("connexion", "", "/compte/"),
        Shot("repetition", "", "/repetition/", kept=True),
    ),
    "Les brouillons": (
        Shot("bienvenue", "candidate", FILE, phone=True),
        Shot("brouillon", NEVER, FILE, phone=True),
        Shot("identite", READY, f"{FILE}identite/", phone=True),
        Shot("parcours", READY, f"{FILE}parcours/"),
        Shot("pieces", READY, f"{FILE}pieces/", kept=True, phone=True),
        Shot("pieces-vides", NEVER, f"{FILE}pieces/"),
        Shot("referents", READY, f"{FILE}referents/"),
        Shot("questions", READY, f"{FILE}questions/"),
        Shot("declaration", READY, f"{FILE}declaration/"),
        Shot("depot", READY, f"{FILE}depot/", phone=True),
        Shot("depot-incomplet", NEVER, f"{FILE}depot/"),
    ),
    "Les dépôts": (
        Shot("recepisse", READY, f"{FILE}recepisse/", kept=True, phone=True),
        Shot("suivi", READY, FILE, phone=True),
        Shot("retrait", READY, f"{FILE}retrait/"),
    ),
    "Trop tard": (Shot("trop-tard", LATE, f"{FILE}declaration/", pressed_late, kept=True, phone=True),),
    "La clôture": (
        Shot("avis-clos", "", f"/avis/{SLUG}/"),
        Shot("rh-accueil", HR.email, ADMIN),
        Shot("rh-liste", HR.email, f"{ADMIN}applications/application/"),
        Shot(
            "rh-dossier",
            HR.email,
            f"{ADMIN}applications/application/?state__exact=submitted",
            follow("/change/"),
            kept=True,
        ),
        Shot("rh-poste", HR.email, f"{ADMIN}postings/posting/", follow("/change/")),
    ),
    "Le tirage des correcteurs": (
        Shot("jury-bureau", CHAIR.email, DESK),
        Shot("jury-declaration", JURORS[1].email, DESK, follow("/dossiers/")),
        Shot("jury-copie", JURORS[3].email, DESK, begun, kept=True),
        Shot("jury-presidence", CHAIR.email, f"{DESK}presidence/{SLUG}/"),
    ),
    "L'évaluation des compétences": (
        Shot("campagne", HR.email, CAMPAIGN, kept=True),
        Shot("jury-ecart", JURORS[1].email, DESK),
    ),
    "Les écarts": (Shot("rh-entretiens-vides", HR.email, f"{CAMPAIGN}entretiens/"),),
    "Les jours d'entretien": (
        Shot("rh-entretiens", HR.email, f"{CAMPAIGN}entretiens/"),
        Shot("jury-entretien", JURORS[1].email, DESK, begun, kept=True),
        Shot("convocation", "candidat008", FILE, phone=True),
    ),
    "Les références": (
        Shot("rh-references", HR.email, f"{CAMPAIGN}references/"),
        Shot("rh-reference", HR.email, f"{CAMPAIGN}references/", follow("/references/", last=True)),
        Shot("rh-accueil-references", HR.email, ADMIN),
    ),
    "Leur vérification": (Shot("deliberation-avant", CHAIR.email, f"{CAMPAIGN}deliberation/"),),
    "La délibération": (
        Shot("deliberation", CHAIR.email, f"{CAMPAIGN}deliberation/"),
        Shot("autorite", AUTHORITY.email, f"/evaluation/autorite/{SLUG}/", kept=True),
    ),
    "La décision": (
        Shot("campagne-decision", HR.email, CAMPAIGN),
        Shot("rh-accueil-lettres", HR.email, ADMIN, kept=True),
        Shot("rh-courriers", HR.email, f"{ADMIN}notices/notice/"),
    ),
    "Les preuves": (
        Shot("decision", READY, FILE, phone=True),
        Shot("mes-candidatures", READY, "/candidature/"),
        Shot("registre", "", "/registre/", kept=True),
        Shot("verifier", "", "/registre/verifier/", phone=True),
        Shot("courrier", "", "/repetition/courrier/"),
        Shot("message", "", "/repetition/courrier/", follow("/repetition/courrier/")),
        Shot("rh-courrier", HR.email, f"{ADMIN}notices/notice/", follow("/change/")),
        Shot("audit-journal", AUDITOR.email, f"{ADMIN}journal/entry/"),
        Shot("introuvable", "", "/avis/rien/"),
    ),
}


class Photographer:
    """Takes a scene's pictures with one Chromium; ``only_kept`` leaves out what the README doesn't show."""

    def __init__(self, scene: Scene, browser: Browser, folder: Path, *, only_kept: bool) -> None:
        self.scene, self.browser, self.folder, self.only_kept = scene, browser, folder, only_kept

    def take_all(self, shots: tuple[Shot, ...]) -> None:
        """Each shot, whole, at each width; or, as they first show, those that a text shows."""
        for shot in shots:
            if not self.only_kept:
                for size, viewport in SIZES.items():
                    self._take(shot, viewport, f"{shot.name}-{size}")
                continue
            if shot.kept:
                self._take(shot, KEPT_SIZE, shot.name)
            if shot.phone:
                self._take(shot, PHONE_SIZE, f"telephone-{shot.name}")

    def _take(self, shot: Shot, viewport: ViewportSize, name: str) -> None:
        context = self.browser.new_context(
            viewport=viewport,
            base_url=self.scene.stage.base_url,
            locale="fr-FR",
            timezone_id="Africa/Casablanca",
        )
        if shot.email:
            cookies = self.scene.signed_in(shot.email).cookies
            context.add_cookies(
                [{"name": c.name, "value": c.value or "", "url": self.scene.stage.base_url} for c in cookies]
            )
        page = context.new_page()
        page.goto(shot.path)
        if shot.way:
            shot.way(page)
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(2500 if page.locator("iframe").count() else 400)  # Chromium's PDF viewer takes its time
        image = Image.open(io.BytesIO(page.screenshot(full_page=not self.only_kept)))
        context.close()
        save(image, self.folder / f"{name}.png")

    def take_papers(self) -> None:
        """The PDFs that the walk kept, and an invitation; for the README, two first pages."""
        walk = self.scene.output
        papers = {
            "papier-recepisse": next((walk / "recepisses").glob("*.pdf")).read_bytes(),
            "papier-proces-verbal": (walk / "proces-verbal.pdf").read_bytes(),
            "papier-decision": (walk / "lettres" / f"{self.scene.dossiers[7]}.pdf").read_bytes(),
            "papier-convocation": self._invitation(),
        }
        for name, content in papers.items():
            for number, image in enumerate(pages_of(content), start=1):
                if not self.only_kept:
                    save(image, self.folder / f"{name}-{number}.png")
                elif number == 1 and name in KEPT_PAPERS:
                    save(image, self.folder / f"{name}.png")

    def _invitation(self) -> bytes:
        mail = self.scene.mails(self.scene.heard[0].email, "Convocation")[0]
        part = next(part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf")
        return bytes(part.get_payload(decode=True))


def pages_of(pdf: bytes) -> list[Image.Image]:
    """A PDF's pages, as poppler draws them."""
    with TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "80", "-png", "-", f"{folder}/page"], input=pdf, check=True)  # noqa: S603, S607
        return [Image.open(io.BytesIO(path.read_bytes())) for path in sorted(Path(folder).glob("*.png"))]


def save(image: Image.Image, path: Path) -> None:
    """A PNG of few colours: a page of text needs no more."""
    image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="everything, at both widths, goes there")
    folder: Path | None = parser.parse_args().folder
    target = folder or KEPT
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pmp-pictures-") as home, fresh_database(Path(home)) as database:
        stage = Stage(Path(home), {"PMP_DATABASE_URL": database})
        scene = Scene(stage, invent(10), Path(home) / "walk", say=lambda words: None)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
                photographer = Photographer(scene, browser, target, only_kept=folder is None)
                for stretch in ROAD[:-1]:  # the last one stops the server
                    sys.stdout.write(f"{stretch.title}\n")
                    sys.stdout.flush()
                    stretch.set_clock(scene)
                    stretch.walk(scene)
                    photographer.take_all(SHOTS.get(stretch.title, ()))
                photographer.take_papers()
        finally:
            stage.stop_all()


if __name__ == "__main__":
    main()
