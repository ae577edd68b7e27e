"""Interviews are set by the secretary, and heard; referees answer; HR verifies."""

import re
from datetime import date, timedelta
from html import escape
from math import ceil

from rehearsal.cast import HR, SECRETARY
from rehearsal.people import Person
from rehearsal.stage import wait_until
from rehearsal.visitor import Page, Visitor, WalkFailed
from rehearsal.walk.marking import CAMPAIGN
from rehearsal.walk.scene import Scene, text_of

A_DAY = 8
FIRST_DAY = date(2025, 11, 17)  # a Monday
SLOT = re.compile(r"/entretiens/[0-9a-f-]{36}/$")
MINE = "/evaluation/secretaire-general/mon-entretien/"
#: Of the referees in order: who never answers, and who answers the reminder.
SILENT, REMINDED = 1, 2
LINK = re.compile(r"https?://\S+/evaluation/references/\S+")


def set_interviews(scene: Scene) -> None:
    """The secretary sets slots and draws who is heard when; each gets an invitation with its ``.ics``."""
    officer = scene.signed_in(SECRETARY.email)
    page = officer.get(f"{CAMPAIGN}entretiens/")
    waiting = _waiting(page)
    # One slot more than candidates, at least: one of them will want another.
    days = working_days(ceil((waiting + 1) / A_DAY))
    for day in days:
        page = _add_slots(officer, page, day)
    officer.submit(page, page.form(to="tirage"))
    wait_until(lambda: len(_invited(scene)) == waiting, f"{waiting} invitations")
    scene.heard = _invited(scene)
    scene.last_day = days[-1].isoformat()
    scene.say(f"{waiting} convocations à l'entretien, chacune avec son événement d'agenda")


def change_a_slot(scene: Scene) -> None:
    """The secretary opens the free slots to choice; one candidate takes another than lots gave, and their calendar follows."""
    officer = scene.signed_in(SECRETARY.email)
    page = officer.get(f"{CAMPAIGN}entretiens/")
    officer.submit(page, page.form(to="choix"), button="open")
    person = scene.heard[0]
    candidate = scene.signed_in(person.email)
    page = candidate.get(MINE)
    form = page.form(having="slot")
    wanted = form.choices("slot")[0]
    page = candidate.submit(page, form.fill(slot=wanted))
    if wanted in page.text:
        raise WalkFailed("The slot that was taken is still offered.", page)
    mail = scene.wait_for_mail(person.email, "Nouvelle convocation à l’entretien")
    events = [part.get_content() for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    if len(events) != 1 or "SEQUENCE:1" not in str(events[0]):
        raise WalkFailed("The new invitation doesn't replace the old event.")
    scene.say("Un candidat échange le créneau du sort contre un créneau libre ; son agenda suit")


def move_an_interview(scene: Scene) -> None:
    """HR moves one interview, to the end of the last day, and says why; its candidate reads the reason."""
    if len(scene.heard) < 2:
        return
    person, officer = scene.heard[1], scene.signed_in(HR.email)
    for address in officer.get(f"{CAMPAIGN}entretiens/").links("/entretiens/"):
        page = officer.get(address) if SLOT.search(address) else None
        if page and escape(person.full_name) in page.text:
            form = page.form(having="reason").fill(day=scene.last_day, hour="17:00")
            officer.submit(page, form.fill(reason="La salle est prise par une audience."))
            mail = scene.wait_for_mail(person.email, "Nouvelle convocation")
            if "prise par une audience" not in text_of(mail):
                raise WalkFailed("The new invitation doesn't say why.")
            scene.say("Un entretien reporté, avec son motif")
            return
    raise WalkFailed(f"No slot of {person.full_name} to move.")


def remind_the_invited(scene: Scene) -> None:
    """On the eve of the first day, each of those heard on it is reminded."""
    wait_until(lambda: any(scene.mails(person.email, "Rappel") for person in scene.heard), "a reminder of an interview")
    scene.say("La veille, les candidats du premier jour reçoivent un rappel")


def working_days(count: int) -> list[date]:
    """As many days of interviews, from the first Monday on, weekends left out."""
    return [FIRST_DAY + timedelta(days=day + 2 * (day // 5)) for day in range(count)]


def _add_slots(officer: Visitor, page: Page, day: date) -> Page:
    form = page.form(having="day").fill(
        day=day.isoformat(),
        hour="09:00",
        count=str(A_DAY),
        minutes="30",
        pause="10",
        lunch_from="12:30",
        lunch_until="14:00",
        place="Siège de l’institution, salle des commissions",
    )
    return officer.submit(page, form)


def _waiting(page: Page) -> int:
    """How many shortlisted candidates the page says wait."""
    found = re.search(r"(Un|\d+) candidats? présélectionnés? atten", page.text)
    if found is None:
        raise WalkFailed("The page of interviews doesn't say how many wait.")
    return 1 if found[1] == "Un" else int(found[1])


def _invited(scene: Scene) -> list[Person]:
    """Those whose invitation came, with its calendar event and its letter."""
    invited = []
    for person in scene.people:
        for mail in scene.mails(person.email, "Convocation à l’entretien"):
            kinds = {part.get_content_type() for part in mail.iter_attachments()}
            if not {"text/calendar", "application/pdf"} <= kinds:
                raise WalkFailed(f"The invitation to {person.email} carries {sorted(kinds)}.")
            invited.append(person)
    return invited


def listen(scene: Scene) -> None:
    """The days of the interviews pass."""
    scene.stage.clock(f"{scene.last_day} 18:00")


def ask_the_referees(scene: Scene) -> None:
    """HR asks every referee; most answer, one is not who was named, one never answers, one waits to be reminded."""
    officer = scene.signed_in(HR.email)
    address = f"{CAMPAIGN}references/"
    page = officer.get(address)
    officer.submit(page, page.form(to="solliciter"))
    referees = _referees(scene)
    for number, email in enumerate(referees):
        mail = scene.wait_for_mail(email, "Demande de référence")
        if number not in (SILENT, REMINDED):
            _answer(scene, text_of(mail), decline=number == 0)
    scene.say(f"{len(referees)} référents sollicités par un lien personnel ; l'un dit n'être pas la personne désignée")


def remind_the_referees(scene: Scene) -> None:
    """Three days later the sweep reminds the two who said nothing; one of them answers by the reminder's own link."""
    referees = _referees(scene)
    for number in (SILENT, REMINDED):
        mail = scene.wait_for_mail(referees[number], "Rappel", seconds=180)  # the sweep comes once a minute
        if number == REMINDED:
            _answer(scene, text_of(mail), decline=False)
    reminded = [email for email in referees if scene.mails(email, "Rappel")]
    if reminded != [referees[SILENT], referees[REMINDED]]:
        raise WalkFailed(f"Reminded: {reminded}.")
    scene.say("Deux référents rappelés au bout de trois jours ; l'un répond par le lien du rappel")


def _referees(scene: Scene) -> list[str]:
    return [person.referee(order)["email"] for person in scene.heard for order in range(2)]


def _answer(scene: Scene, mail: str, *, decline: bool) -> None:
    found = LINK.search(mail)
    if found is None:
        raise WalkFailed("The referee's mail holds no link.")
    referee = Visitor(scene.stage.base_url)
    page = referee.get(found[0])
    if decline:
        referee.submit(page, page.form(having="reason"), button="act=not_me")
    else:
        form = page.form(having="relationship")
        form.fill(
            relationship="yes",
            nature="manager",
            since="2018",
            until="2023",
            recommend="yes",
            remarks="Rigueur et sens du service.",
        )
        form.fill(**{name: "solid" for name in form.names if name.startswith("criterion_")})
        referee.submit(page, form, button="act=answer")
    referee.get(found[0], expect=410)


def verify_the_references(scene: Scene) -> None:
    """HR sees whose delay has passed, records how each reference was verified, then concludes on each file."""
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{CAMPAIGN}references/")
    # Who did not come to their interview has referees too, whom nobody answers for.
    if re.search(r"restées? sans réponse dans le délai", page.text) is None:
        raise WalkFailed("The list doesn't say which request is overdue.", page)
    links = [link for link in page.links("/references/") if link[-2].isdigit()]
    for link in links:
        page = officer.get(link)
        answered = "Recommandation" in page.text
        form = page.form(having="method").fill(method="form" if answered else "phone", outcome="confirmed")
        officer.submit(page, form.fill(note="Vérifié auprès du service indiqué."))
    conclusions = officer.get(f"{CAMPAIGN}references/").links("/conclusion/")
    for link in conclusions:
        page = officer.get(link)
        form = page.form(having="summary").fill(outcome="confirmed", summary="Parcours exact ; aucune réserve.")
        officer.submit(page, form)
    scene.say(f"{len(links)} références vérifiées, dont deux par téléphone ; {len(conclusions)} conclusions")
