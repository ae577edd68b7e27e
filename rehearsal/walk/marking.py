"""The jury marks: blind at first, two members a file, then all of them as they listen."""

import re
from collections.abc import Iterator

from rehearsal.cast import HR, JURORS, Part
from rehearsal.people import Person
from rehearsal.visitor import Form, Page, Visitor, WalkFailed
from rehearsal.walk.applying import DOSSIER
from rehearsal.walk.scene import SLUG, Scene
from rehearsal.walk.screening import in_play, twins

CAMPAIGN = f"/evaluation/campagne/{SLUG}/"
DESK = "/evaluation/jury/"
MEMBER = re.compile(r'name="member" value="([^"]+)"')
CHAIR = next(part for part in JURORS if part.chair)


def draw_markers(scene: Scene) -> None:
    """HR draws two markers for each file."""
    officer = scene.signed_in(HR.email)
    page = officer.get(CAMPAIGN)
    officer.submit(page, page.form(to="tirage"))


def mark_blind(scene: Scene) -> None:
    """Each member declares, marks and seals; one has a conflict, and the chair gives that file to another."""
    conflicted = ""
    for order, part in enumerate(JURORS):
        for code, address in list(_tasks(scene, part, "competences")):
            if order == 2 and not conflicted:
                conflicted = code
                _declare(scene.signed_in(part.email), code, "competences", conflict=True)
                _reassign(scene, code)
            else:
                _mark(scene, part, code, "competences", address)
    for part in JURORS:  # the file given to another waits on their desk
        for code, address in list(_tasks(scene, part, "competences")):
            _mark(scene, part, code, "competences", address)
    scene.say(f"Un conflit d'intérêts déclaré sur {conflicted}, dossier confié à un autre membre")


def _tasks(scene: Scene, part: Part, stage: str) -> Iterator[tuple[str, str]]:
    """What waits on a member's desk: dossier code and address. Sealed sheets and files barred are left out."""
    desk = scene.signed_in(part.email).get(DESK)
    for address in desk.links("/evaluation/jury/dossiers/"):
        code = DOSSIER.search(address)
        if code and f"/{stage}/" in address and "/notes/" not in address:
            page = scene.signed_in(part.email).get(address)
            if any(form.method == "post" and "sortir" not in form.action for form in page.forms):
                yield code[0], address


def _sheet(code: str, stage: str) -> str:
    return f"{DESK}dossiers/{code}/{stage}/"


def _declare(visitor: Visitor, code: str, stage: str, *, conflict: bool) -> Page:
    page = visitor.get(f"{_sheet(code, stage)}declaration/")
    form = page.form(having="conflict").fill(conflict="yes" if conflict else "no")
    if conflict:
        form.fill(reason="Ancienne collaboratrice directe.")
    return visitor.submit(page, form)


def _reassign(scene: Scene, code: str) -> None:
    chair = scene.signed_in(CHAIR.email)
    page = _presided(chair, f"{_sheet(code, 'competences')}notes/")
    recused = MEMBER.findall(page.text.split("récusation", 1)[1])[0]
    form = next(f for f in page.forms if f.values("member") == [recused] and "reattribuer" in f.action)
    chair.submit(page, form.fill(to=form.choices("to")[0]))


def _presided(chair: Visitor, address: str) -> Page:
    """The page of a file that the chair presides over, who first declares to be free of any conflict on it."""
    page = chair.get(address)
    if "declaration" not in page.url:
        return page
    return chair.submit(page, page.form(having="conflict").fill(conflict="no"))


def _mark(scene: Scene, part: Part, code: str, stage: str, address: str) -> None:
    visitor = scene.signed_in(part.email)
    if "declaration" in visitor.get(address).url:
        _declare(visitor, code, stage, conflict=False)
    page = visitor.get(_sheet(code, stage))
    form = next((form for form in page.forms if _mark_fields(form)), None)
    if form is None:
        return
    value = _value(scene, part, code, stage)
    form.fill(**dict.fromkeys(_mark_fields(form), value))
    form.fill(**dict.fromkeys(_comment_fields(form), "Loin du repère médian, pour les raisons dites en appréciation."))
    form.fill(**{name: "Réponse précise, exemples vécus." for name in form.names if name.startswith("note-")})
    form.fill(appreciation="Travail structuré, conclusions utiles.")
    visitor.submit(page, form)
    page = visitor.get(f"{_sheet(code, stage)}sceller/")
    visitor.submit(page, page.form(to="sceller"))


def _mark_fields(form: Form) -> list[str]:
    return sorted(name for name in form.names if name.startswith("value-"))


def _comment_fields(form: Form) -> list[str]:
    return sorted(name for name in form.names if name.startswith("comment-"))


def _value(scene: Scene, part: Part, code: str, stage: str) -> str:
    """What this member sees in this work, as they type it; the second to mark one file is far harder than the first.

    The twins get the same from every member.
    """
    person = person_of(scene, code)
    if person in twins(scene):
        return "13,0"
    value = 2 * person.merit + (JURORS.index(part) % 3) - 1
    if stage == "competences" and person is in_play(scene)[0]:
        value -= (0, 12, 6)[scene.opinions]
        scene.opinions += 1
    value = max(0, min(40, value))
    return f"{value // 2},{5 if value % 2 else 0}"


def person_of(scene: Scene, code: str) -> Person:
    """Whose file it is; only the walk knows."""
    number = next(number for number, dossier in scene.dossiers.items() if dossier == code)
    return next(person for person in scene.people if person.number == number)


def discuss_the_gaps(scene: Scene) -> None:
    """Two markers too far apart talk, and record what they conclude."""
    for part in JURORS:
        visitor = scene.signed_in(part.email)
        for address in list(visitor.get(DESK).links("/competences/notes/")):
            page = visitor.get(address)
            form = page.form(having="outcome").fill(
                outcome="Après relecture commune, chacun maintient sa note motivée."
            )
            visitor.submit(page, form)
            scene.say(f"Écart discuté sur {DOSSIER.findall(address)[0]}")


def draw_the_thirds(scene: Scene) -> None:
    """Where the gap stands, the chair draws a third marker by lot, who marks blind like the others."""
    chair = scene.signed_in(CHAIR.email)
    desk = chair.get(f"/evaluation/jury/presidence/{SLUG}/")
    for address in list(dict.fromkeys(desk.links("/competences/notes/"))):
        page = _presided(chair, address)
        form = next((form for form in page.forms if "troisieme" in form.action), None)
        if form is not None:
            chair.submit(page, form)
            scene.say(f"Un troisième correcteur tiré au sort sur {DOSSIER.findall(address)[0]}")
    for part in JURORS:
        for code, address in list(_tasks(scene, part, "competences")):
            _mark(scene, part, code, "competences", address)


def close_skills(scene: Scene) -> None:
    """HR closes the stage: totals, and the shortlist by the threshold."""
    officer = scene.signed_in(HR.email)
    page = officer.get(CAMPAIGN)
    officer.submit(page, page.form(to="competences/clore"))
    if not officer.get(f"{CAMPAIGN}entretiens/").forms:
        raise WalkFailed("The skills stage didn't close.")


def record_a_no_show(scene: Scene) -> None:
    """One candidate didn't come: the chair says so on the page of the interview, once its hour is past."""
    if len(scene.heard) < 4:  # three are proposed, whoever is missing
        return
    person = next(person for person in reversed(scene.heard) if person not in twins(scene))
    chair = scene.signed_in(CHAIR.email)
    address = _sheet(scene.dossiers[person.number], "entretien")
    if "declaration" in chair.get(address).url:
        _declare(chair, scene.dossiers[person.number], "entretien", conflict=False)
    page = chair.get(address)
    chair.submit(page, page.form(to="absence"))
    if any(code == scene.dossiers[person.number] for code, _address in _tasks(scene, CHAIR, "entretien")):
        raise WalkFailed("Whoever didn't come is still to be marked.")
    scene.heard.remove(person)
    scene.say("Une absence à l'entretien, constatée par la présidence")


def hear_everyone(scene: Scene) -> None:
    """All members declare, score each interview and seal."""
    for part in JURORS:
        for code, address in list(_tasks(scene, part, "entretien")):
            _mark(scene, part, code, "entretien", address)
    scene.say("Tous les entretiens sont notés et scellés")
