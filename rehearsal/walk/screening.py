"""HR opens each file beside its documents and admits it; one is refused, with its reason."""

from rehearsal.cast import HR
from rehearsal.people import Fate, Person
from rehearsal.visitor import Page, WalkFailed
from rehearsal.walk.scene import SLUG, Scene, pdf

LIST = "/rh/applications/application/"


def screen(scene: Scene) -> None:
    """Every submitted file is screened, from the list in the admin."""
    refused = next(person for person in scene.people if person.fate is Fate.EARLY)
    scene.refused = refused
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{LIST}?state__exact=submitted")
    files = [link for link in page.links("/change/") if link.startswith(LIST)]
    count = 0
    for address in files:
        file = officer.get(address.split("?")[0])
        pdf(officer.get(_viewer(file)))
        if scene.dossiers[refused.number] in file.text:
            form = file.form(to="refuser").fill(
                ground="incomplete", reason="Le diplôme produit n’est pas celui déclaré."
            )
            officer.submit(file, form)
        else:
            officer.submit(file, file.form(to="admettre"))
        count += 1
    scene.say(f"{count} dossiers examinés, dont un irrecevable")


def record_an_incident(scene: Scene) -> None:
    """HR tells the register what disturbed the campaign, in words that name nobody."""
    officer = scene.signed_in(HR.email)
    page = officer.get(f"/rh/applications/incident/inscrire/{SLUG}/")
    times = {"began_at_0": "2025-10-30", "began_at_1": "16:31", "ended_at_0": "2025-10-30", "ended_at_1": "16:40"}
    form = page.form(having="began_at_0").fill(
        **times,
        what="Le site a répondu lentement, une fois le dépôt clos.",
        affected="Personne : plus aucun dépôt n’était reçu.",
        done="Un serveur a été redémarré ; aucune donnée n’a été perdue.",
    )
    officer.submit(page, form)
    scene.say("un incident inscrit au registre des incidents")


def _viewer(file: Page) -> str:
    _before, found, after = file.text.partition("<iframe")
    if not found:
        raise WalkFailed(f"{file.url}: no document is viewable in place.")
    return after.split('src="', 1)[1].split('"', 1)[0]


def in_play(scene: Scene) -> list[Person]:
    """Those whose file was admitted."""
    submitted = [person for person in scene.people if person.fate in (Fate.EARLY, Fate.LAST_SECOND)]
    return [person for person in submitted if person not in (scene.withdrawn, scene.refused)]
