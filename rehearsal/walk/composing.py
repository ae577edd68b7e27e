"""The written exercise: HR seals and invites; candidates compose. One is ended by the clock, one has more time, one never comes."""

import re

from rehearsal.cast import HR
from rehearsal.people import Person
from rehearsal.stage import wait_until
from rehearsal.visitor import Page, Visitor, WalkFailed
from rehearsal.walk.scene import SLUG, Scene
from rehearsal.walk.screening import in_play

EXERCISE = f"/evaluation/campagne/{SLUG}/epreuve/"
MINE = f"/evaluation/{SLUG}/mon-epreuve/"
MORE, CUT_SHORT, ABSENT = 0, 1, -1  # places among those who are in play


def prepare(scene: Scene) -> None:
    """HR takes the subject that ships with the notice, seals it and invites; one candidate has a third more time."""
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{EXERCISE}?sujet=fourni")
    form = page.form(having="subject").fill(day="2025-11-04", hour="09:00", opening="together")
    words = form.values("subject")[0].split("\n")[0]
    page = officer.submit(page, form)
    page = officer.submit(page, page.form(to="sceller"))
    if words in page.text:
        raise WalkFailed("The sealed subject is on HR's page.", page)
    page = officer.submit(page, page.form(to="convoquer"))
    people = in_play(scene)
    for person in people:
        scene.wait_for_mail(person.email, "Convocation à l’épreuve")
    one = officer.get(f"{EXERCISE}{scene.dossiers[people[MORE].number]}/")
    form = next(form for form in one.forms if form.has("percent"))
    officer.submit(one, form.fill(percent="34"))
    scene.wait_for_mail(people[MORE].email, "Nouvelle convocation à l’épreuve")
    scene.say(
        f"Sujet scellé, {len(people)} candidats convoqués à l'épreuve écrite, dont un avec un tiers de temps en plus"
    )


def compose(scene: Scene) -> None:
    """At the hour all but one begin; one writes and never hands in, one goes on after the others' end."""
    people = in_play(scene)
    for person in people[:ABSENT]:
        _write(scene, person, "I. Note. Les faits établis, puis ce qui ne l’est pas.")
    for person in people[2:ABSENT]:
        _hand_in(scene, person)
    scene.stage.clock("2025-11-04 13:01")
    officer = scene.signed_in(HR.email)
    wait_until(lambda: "Absents : 1." in _plain(officer.get(EXERCISE)), "the absence")
    mail = scene.wait_for_mail(people[CUT_SHORT].email, "Composition reçue")
    page = scene.signed_in(people[CUT_SHORT].email).get(MINE)
    if "Le temps a pris fin" not in page.text or "Les faits établis" not in page.text:
        raise WalkFailed(f"The clock didn't hand in what was there ({mail['Subject']}).", page)
    _write(scene, people[MORE], "I. Note. Les faits établis.\n\nII. Projet de procès-verbal.")
    _hand_in(scene, people[MORE])
    if "terminée" not in _plain(officer.get(EXERCISE)):
        raise WalkFailed("The exercise isn't over.")
    scene.keep("epreuve/sujet.json", Visitor(scene.stage.base_url).get(f"/evaluation/{SLUG}/sujet.json").body)
    scene.say("Épreuve passée : une copie rendue par l'horloge, une après le temps supplémentaire, une absence")


def _write(scene: Scene, person: Person, words: str) -> None:
    """Begin where it isn't begun, and save."""
    visitor = scene.signed_in(person.email)
    page = visitor.get(MINE)
    if not any(form.has("text") for form in page.forms):
        page = visitor.submit(page, page.form(to="commencer"))
    page = visitor.submit(page, page.form(having="text").fill(text=words))
    if "Votre composition est enregistrée." not in page.text:
        raise WalkFailed("The composition wasn't saved.", page)


def _hand_in(scene: Scene, person: Person) -> None:
    """From the page on which it is written to the deliberate act."""
    visitor = scene.signed_in(person.email)
    page = visitor.get(MINE)
    page = visitor.submit(page, page.form(having="text"), button="hand_in")
    page = visitor.submit(page, page.form(having="seen"))
    if "Votre copie est rendue" not in page.text:
        raise WalkFailed("The composition wasn't handed in.", page)


def _plain(page: Page) -> str:
    """Its words, with spaces that break."""
    return re.sub(r"\s", " ", page.text)
