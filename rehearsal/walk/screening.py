"""HR opens each file beside its documents: one is refused by two officers, one is admitted alone, the rest together."""

import re

from rehearsal.cast import HR, OFFICER
from rehearsal.people import Fate, Person
from rehearsal.visitor import Page, Visitor, WalkFailed
from rehearsal.walk.scene import SLUG, Scene, pdf

LIST = "/rh/applications/application/"
_REASON = "Le diplôme produit n’est pas celui déclaré."
_TITLE = re.compile(r"<title>([^<]*)</title>")
_VERDICT = re.compile(r"^(piece|condition)-(?!.*-remarque$)")


def screen(scene: Scene) -> None:
    """Every submitted file is screened, from the list in the admin."""
    refused = next(person for person in scene.people if person.fate is Fate.EARLY)
    scene.refused = refused
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{LIST}?state__exact=submitted")
    files = [link for link in page.links("/change/") if link.startswith(LIST)]
    for address in files:
        file = officer.get(address)
        pdf(officer.get(_viewer(file)))
        if (
            scene.dossiers[refused.number] in _TITLE.findall(file.text)[0]
        ):  # the file's neighbours are named further down
            _refuse_by_two(scene, officer, file)
        else:
            _check_through(officer, file)
    _admit_together(officer)
    scene.say(f"{len(files)} dossiers examinés, dont un irrecevable, relu et confirmé par un second agent")


def _refuse_by_two(scene: Scene, officer: Visitor, file: Page) -> None:
    """One proposes, and can't confirm it alone; the other reads it and does."""
    form = file.form(to="refuser").fill(ground="incomplete", reason=_REASON)
    proposed = officer.submit(file, form)
    if "Confirmer le refus" in proposed.text:
        raise WalkFailed("Who proposed a refusal is offered to confirm it.", proposed)
    second = scene.signed_in(OFFICER.email)
    waiting = second.get(f"{LIST}?regard=moi")
    found = next(link for link in waiting.links("/change/") if link.startswith(LIST))
    page = second.get(found)
    if _REASON not in page.text:
        raise WalkFailed("The second pair of eyes doesn’t read the reason.", page)
    answered = second.submit(page, page.form(to="confirmer"))
    if "est irrecevable" not in answered.text:
        raise WalkFailed("The refusal isn’t confirmed.", answered)


def _check_through(officer: Visitor, file: Page) -> None:
    """The whole checklist, every line in order."""
    form = file.form(to="controle")
    officer.submit(file, form.fill(**{name: "ok" for name in form.names if _VERDICT.match(name)}))


def _admit_together(officer: Visitor) -> None:
    """The files whose checklist is in order, at once: the summary first, then the report."""
    page = officer.get(f"{LIST}?grille=conforme&state__exact=submitted")
    form = page.form(having="_selected_action")
    form.fill(action="admit", _selected_action=form.choices("_selected_action"))
    summary = officer.submit(page, form)
    report = officer.submit(summary, summary.form(having="confirmed"), button="confirmed")
    if "<strong>0</strong> laissé" not in report.text:
        raise WalkFailed("Files that are in order were left out.", report)


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


def twins(scene: Scene) -> list[Person]:
    """Two whom every member marks alike, so that lots alone tell them apart. The last in play misses the exercise."""
    return in_play(scene)[-3:-1]
