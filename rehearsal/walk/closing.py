"""What is left at the end: HR issues the final report, and the worker makes the campaign's signed archive."""

from rehearsal.cast import AUTHORITY, HR
from rehearsal.stage import wait_until
from rehearsal.visitor import WalkFailed
from rehearsal.walk.marking import CAMPAIGN
from rehearsal.walk.scene import Scene, pdf

ARCHIVE = "archive.zip"


def report(scene: Scene) -> None:
    """HR reads the draft, issues the report, and the authority finds it among the papers."""
    officer = scene.signed_in(HR.email)
    pdf(officer.get(f"{CAMPAIGN}rapport-final/projet.pdf"))
    page = officer.get(f"{CAMPAIGN}actes/")
    officer.submit(page, page.form(to="etablir"))
    page = scene.signed_in(AUTHORITY.email).get(f"{CAMPAIGN}actes/")
    (link,) = page.links("rapport-final.pdf")
    scene.keep("rapport-final.pdf", pdf(scene.signed_in(AUTHORITY.email).get(link)))
    scene.say("Rapport final établi")


def archive(scene: Scene) -> None:
    """HR asks for it with the documents, waits for the worker, and downloads it; the lists leave too."""
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{CAMPAIGN}actes/")
    officer.submit(page, page.form(having="documents").fill(documents="on"))

    def made() -> list[str]:
        return officer.get(f"{CAMPAIGN}actes/").links(".zip")

    wait_until(lambda: bool(made()), "the archive", seconds=180)
    content = officer.get(made()[0]).body
    if not content.startswith(b"PK\x03\x04"):
        raise WalkFailed("The archive is no ZIP.")
    scene.keep(ARCHIVE, content)
    for name in ("dossiers", "references", "entretiens", "envois", "resultats"):
        scene.keep(f"listes/{name}.csv", officer.get(f"{CAMPAIGN}listes/{name}.csv").body)
        scene.keep(f"listes/{name}.xlsx", officer.get(f"{CAMPAIGN}listes/{name}.xlsx").body)
    scene.say(f"Archive signée de la campagne : {len(content) // 1000} ko")
