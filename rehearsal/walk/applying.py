"""Candidates sign in, fill their files and submit: early, at the last second, too late, or never."""

import re

from rehearsal.people import Fate, Person
from rehearsal.visitor import Form, Page, Visitor, WalkFailed
from rehearsal.walk.scene import SLUG, Scene, pdf

FILE = f"/candidature/{SLUG}/"
DOSSIER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
PAPERS = {
    "cv": "Curriculum vitæ",
    "lettre-de-motivation": "Lettre de motivation",
    "diplomes": "Diplôme",
    "piece-d-identite": "Pièce d'identité",
    "projet": "Projet pour le poste",
}


def read_the_notice(scene: Scene) -> None:
    """Anyone reads the notice and its deadline."""
    visitor = Visitor(scene.stage.base_url)
    page = visitor.get(f"/avis/{SLUG}/")
    if "16\u00a0h\u00a030" not in page.text:
        raise WalkFailed("The notice's page doesn't say « 16 h 30 ».")
    scene.keep("avis.html", page.body)
    scene.keep("echeance.ics", visitor.get(f"/avis/{SLUG}/echeance.ics").body)


def prepare_the_files(scene: Scene) -> None:
    """Everyone opens a draft; all but those who never submit complete it."""
    for person in scene.people:
        visitor = scene.signed_in(person.email)
        welcome = visitor.get(FILE)
        visitor.submit(welcome, welcome.form(to="commencer"))
        _identity(visitor, person)
        if person.fate is not Fate.NEVER:
            _complete(visitor, person)
    scene.say(f"{len(scene.people)} brouillons ouverts")


def _complete(visitor: Visitor, person: Person) -> None:
    _career(visitor, person)
    _documents(visitor, person)
    _referees(visitor, person)
    _answers(visitor, person)
    page = visitor.get(f"{FILE}declaration/")
    visitor.submit(page, page.form(having="sworn").fill(sworn="on", consented="on"))


def _identity(visitor: Visitor, person: Person) -> None:
    page = visitor.get(f"{FILE}identite/")
    form = page.form(having="family_name").fill(
        family_name=person.family_name,
        given_names=person.given_names,
        birth_date=person.birth_date.isoformat(),
        nationality="marocaine",
        national_id=person.national_id,
        phone=person.phone,
        address=f"{person.number}, avenue des Orangers",
        city="Rabat",
    )
    visitor.submit(page, form)


def _career(visitor: Visitor, person: Person) -> None:
    page = visitor.get(f"{FILE}parcours/")
    form = page.form(having="highest_degree").fill(
        current_position="Chef de division",
        current_employer=person.employer,
        years_of_experience=str(12 + person.number % 15),
        highest_degree=person.degree,
    )
    post = {
        "title": "Chef de division",
        "employer": person.employer,
        "started": "2015-09-01",
        "duties": "Budget, équipes.",
    }
    form.fill(**{f"postes-0-{name}": value for name, value in post.items()})
    visitor.submit(page, form)


def _documents(visitor: Visitor, person: Person) -> None:
    page = visitor.get(f"{FILE}pieces/")
    for code in _asked(page):
        kind = PAPERS.get(code, code)
        form = next(f for f in page.forms if f.has("file") and f.values("requirement") == [code])
        page = visitor.submit(page, form.attach("file", f"{code}.pdf", person.paper(kind)))


def _asked(page: Page) -> list[str]:
    return [form.values("requirement")[0] for form in page.forms if form.has("file")]


def _referees(visitor: Visitor, person: Person) -> None:
    page = visitor.get(f"{FILE}referents/")
    form = page.form(having="referents-0-name")
    for order in range(2):
        form.fill(**{f"referents-{order}-{name}": value for name, value in person.referee(order).items()})
    visitor.submit(page, form)


def _answers(visitor: Visitor, person: Person) -> None:
    page = visitor.get(f"{FILE}questions/")
    form = next(f for f in page.forms if f.method == "post" and len(f.names - {"csrfmiddlewaretoken"}) > 3)
    questions = [name for name, _value in form.fields if name != "csrfmiddlewaretoken"]
    visitor.submit(page, form.fill(**{name: person.answer(name) for name in questions}))


def _press(scene: Scene, person: Person, *, expect: int) -> Page:
    visitor = scene.signed_in(person.email)
    page = visitor.get(f"{FILE}depot/")
    return visitor.submit(page, page.form(to="depot"), expect=expect)


def submit_early(scene: Scene) -> None:
    """Those who are ready submit; each keeps the receipt's PDF. One of them presses twice: the receipt is the same."""
    early = [person for person in scene.people if person.fate is Fate.EARLY]
    for person in early:
        _press(scene, person, expect=200)
        _keep_receipt(scene, person)
    _press_again(scene, early[0])
    scene.say(f"{len(early)} candidatures déposées à temps")


def _press_again(scene: Scene, person: Person) -> None:
    """A second press, from a page opened before the first: the same receipt."""
    visitor = scene.signed_in(person.email)
    before = visitor.get(f"{FILE}recepisse.pdf").body
    page = _press_from_before(visitor, visitor.get(f"{FILE}recepisse/"), expect=200)
    same = scene.dossiers[person.number] in page.text and visitor.get(f"{FILE}recepisse.pdf").body == before
    if not same:
        raise WalkFailed("Pressing twice gave another receipt.", page)


def _keep_receipt(scene: Scene, person: Person) -> None:
    page = scene.signed_in(person.email).get(f"{FILE}recepisse.pdf")
    scene.dossiers[person.number] = dossier_of(scene, person)
    scene.keep(f"recepisses/{scene.dossiers[person.number]}.pdf", pdf(page))


def dossier_of(scene: Scene, person: Person) -> str:
    """The code on the person's own receipt page."""
    found = DOSSIER.search(scene.signed_in(person.email).get(f"{FILE}recepisse/").text)
    if found is None:
        raise WalkFailed("The receipt's page shows no dossier code.")
    return found[0]


def submit_at_the_last_second(scene: Scene) -> None:
    """At 16:29:59 by the clock of record: accepted."""
    scene.stage.clock("2025-10-30 16:29:59", stopped=True)
    last = [person for person in scene.people if person.fate is Fate.LAST_SECOND]
    for person in last:
        _press(scene, person, expect=200)
        _keep_receipt(scene, person)
    scene.say(f"16 h 29 min 59 s : {len(last)} candidatures acceptées")


def submit_too_late(scene: Scene) -> None:
    """At 16:30:00 exactly: refused, with the time by the clock of record, whether or not a worker has run."""
    scene.stage.clock("2025-10-30 16:30:00", stopped=True)
    late = [person for person in scene.people if person.fate is Fate.LATE]
    for person in late:
        visitor = scene.signed_in(person.email)
        page = visitor.get(f"{FILE}declaration/")
        refused = _press_from_before(visitor, page, expect=409)
        if "16\u00a0h\u00a030" not in refused.text:
            raise WalkFailed("The late candidate isn't told the time by the clock of record.")
    scene.say(f"16 h 30 min 00 s : {len(late)} candidatures refusées")


def _press_from_before(visitor: Visitor, page: Page, *, expect: int) -> Page:
    """The button is gone from the page by now: the request is sent as from a page opened before."""
    token = next(cookie.value for cookie in visitor.cookies if cookie.name == "csrftoken")
    form = Form(action=f"{FILE}depot/", method="post", fields=[("csrfmiddlewaretoken", token or "")])
    return visitor.submit(page, form, expect=expect)


def withdraw_one(scene: Scene) -> None:
    """One candidate changes their mind."""
    person = [person for person in scene.people if person.fate is Fate.EARLY][-1]
    visitor = scene.signed_in(person.email)
    page = visitor.get(f"{FILE}retrait/")
    visitor.submit(page, page.form(to="retrait"))
    scene.withdrawn = person
    scene.wait_for_mail(person.email, "retir")
    scene.say("Une candidature retirée par son auteur")


def see_the_closing(scene: Scene) -> None:
    """The worker closes intake; everyone is told: those whose file is in, those whose draft lapsed."""
    scene.stage.clock("2025-10-30 16:30:00")
    for person in scene.people:
        if person is not scene.withdrawn:
            scene.wait_for_mail(person.email, "dépôt est clos")
    scene.say("Clôture par le worker ; chaque candidat est prévenu")
