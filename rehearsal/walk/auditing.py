"""The auditor finds who opened a file; the administrator, who opens accounts, finds none."""

from rehearsal.cast import ADMINISTRATOR, AUDITOR, HR, SECRETARY
from rehearsal.visitor import WalkFailed
from rehearsal.walk.scene import Scene

SEEN = "/rh/applications/viewing/"


def audit(scene: Scene) -> None:
    """The list tells HR and the jury by name, never the secretary, who convened everyone; each file's row is there."""
    auditor, code = scene.signed_in(AUDITOR.email), scene.dossiers[scene.heard[0].number]
    page = auditor.get(f"{SEEN}?q={code}")
    rows = page.text.partition('id="result_list"')[2].partition("</table>")[0]
    if HR.full_name not in rows or code not in rows:
        raise WalkFailed("The auditor doesn't find who opened a file.", page)
    if SECRETARY.full_name in rows:
        raise WalkFailed("The secretary opened a file.", page)
    auditor.get("/rh/evaluations/ordervote/")
    administrator = scene.signed_in(ADMINISTRATOR.email)
    for address in (SEEN, "/rh/applications/application/", "/rh/evaluations/ordervote/"):
        administrator.get(address, expect=403)
    scene.say(f"L'auditeur lit qui a consulté le dossier {code} ; l'administrateur n'en voit aucun")
