"""The jury deliberates, the authority decides, the letters leave, and each candidate proves theirs."""

import re

from rehearsal.cast import AUTHORITY, HR, OFFICER
from rehearsal.people import Fate, Person
from rehearsal.stage import wait_until
from rehearsal.visitor import Form, Page, Visitor, WalkFailed
from rehearsal.walk.applying import FILE
from rehearsal.walk.marking import CAMPAIGN, CHAIR
from rehearsal.walk.scene import SLUG, Scene, pdf
from rehearsal.walk.signing import code_to_sign, sign_the_minutes, vote_on_the_last


def deliberate(scene: Scene) -> None:
    """The chair opens the session, reads the order of merit, writes the appreciations and closes."""
    chair = scene.signed_in(CHAIR.email)
    page = chair.get(f"{CAMPAIGN}deliberation/")
    form = page.form(having="present")
    chair.submit(page, form.fill(present=form.choices("present")))
    vote_on_the_last(scene)
    page = chair.get(f"{CAMPAIGN}deliberation/")
    form = page.form(having="outcome")
    words = {name: "Parcours solide, entretien convaincant." for name in form.names if name.startswith("appreciation_")}
    page = chair.submit(
        page, form.fill(**words, outcome="Le jury adopte l’ordre de mérite à l’unanimité des présents.")
    )
    chair.submit(page, page.form(to="clore"), button="step=close")
    scene.keep("proces-verbal-texte.pdf", pdf(chair.get(f"{CAMPAIGN}proces-verbal.pdf")))
    sign_the_minutes(scene)
    scene.keep("proces-verbal.pdf", pdf(chair.get(f"{CAMPAIGN}proces-verbal.pdf")))
    scene.say("Délibération close, procès-verbal signé")


def prepare(scene: Scene) -> None:
    """HR follows the jury's order: the first retained, the next two in reserve, each with reasons."""
    officer = scene.signed_in(OFFICER.email)
    page = officer.get(f"{CAMPAIGN}decision/")
    form = next(form for form in page.forms if _codes(form))
    for rank, code in enumerate(_codes(form)):
        outcome = "retained" if rank == 0 else "reserve" if rank < 3 else "not_retained"
        form.fill(**{f"outcome_{code}": outcome, f"reasons_{code}": f"Rang {rank + 1} de l’ordre de mérite du jury."})
        if outcome == "reserve":
            form.fill(**{f"rank_{code}": str(rank)})
    officer.submit(page, form)
    scene.say("Décision préparée par les ressources humaines")


def decide(scene: Scene) -> None:
    """The authority reads what HR prepared, and signs it."""
    authority = scene.signed_in(AUTHORITY.email)
    page = authority.get(f"/evaluation/autorite/{SLUG}/")
    page = authority.submit(page, next(form for form in page.forms if _codes(form)))
    form = next(form for form in page.forms if ("step", "decide") in form.buttons)
    authority.submit(page, form.fill(code=code_to_sign(page)), button="step=decide")
    scene.keep("decision.pdf", pdf(authority.get(f"{CAMPAIGN}acte-de-decision.pdf")))
    scene.say("Décision signée par l'autorité")


def _codes(form: Form) -> list[str]:
    """The dossiers that a form decides on, in the page's order."""
    names = list(dict.fromkeys([*form.options, *(name for name, _value in form.fields)]))
    return [name.removeprefix("outcome_") for name in names if name.startswith("outcome_")]


def approve_and_hold(scene: Scene) -> None:
    """Their head, who did not prepare the decision, approves every letter; nothing leaves during the hold."""
    preparer = scene.signed_in(OFFICER.email)
    if any("lettres" in form.action for form in preparer.get(f"{CAMPAIGN}lettres/").forms):
        raise WalkFailed("Who prepared the decision could approve its letters.")
    officer = scene.signed_in(HR.email)
    page = officer.get(f"{CAMPAIGN}lettres/")
    officer.submit(page, page.form(to="lettres"))
    if any(scene.mails(person.email, "Décision") for person in scene.people):
        raise WalkFailed("A decision letter left during the hold.")
    scene.stage.manage("clock", "--by", "61m")
    scene.say("Lettres approuvées ; le délai de rappel s'écoule")


def told(scene: Scene) -> list[Person]:
    """Everyone who is owed a decision letter: submitted, and not withdrawn."""
    submitted = [person for person in scene.people if person.fate in (Fate.EARLY, Fate.LAST_SECOND)]
    return [person for person in submitted if person is not scene.withdrawn]


def send_the_letters(scene: Scene) -> None:
    """The worker sends every letter, once; each candidate downloads theirs from their own page."""
    owed = told(scene)
    wait_until(lambda: all(scene.mails(p.email, "Décision") for p in owed), "every decision letter", seconds=180)
    for person in owed:
        if len(scene.mails(person.email, "Décision")) != 1:
            raise WalkFailed(f"{person.email} got the decision twice.")
        visitor = scene.signed_in(person.email)
        letters = list(visitor.get(FILE).links("/courriers/"))
        kept = [visitor.get(link) for link in letters]
        decision = [page for page in kept if _is_decision(page)]
        if len(decision) != 1:
            raise WalkFailed(f"{person.email} sees {len(decision)} decision letters.")
        scene.keep(f"lettres/{scene.dossiers[person.number]}.pdf", pdf(decision[0]))
    scene.say(f"{len(owed)} lettres de décision envoyées, aucune en double")


def _is_decision(page: Page) -> bool:
    return b"%PDF-" in page.body[:8] and re.search(r"decision", page.url + page.disposition) is not None


def succeed(scene: Scene) -> None:
    """The one retained renounces from their space; the authority calls the next, whose letter leaves at once."""
    authority = scene.signed_in(AUTHORITY.email)
    page = authority.get(f"{CAMPAIGN}succession/")
    codes = re.findall(r'id="dossier-([0-9A-Z]{4}-[0-9A-Z]{4})"', page.text)
    if len(codes) < 2:
        raise WalkFailed("Nobody to call after the one retained.", page)
    number = {code: n for n, code in scene.dossiers.items()}
    first, second = (next(p for p in scene.people if p.number == number[code]) for code in codes[:2])
    candidate = scene.signed_in(first.email)
    page = candidate.get(f"/evaluation/{SLUG}/renoncer/")
    candidate.submit(page, page.form(having="reason").fill(reason="J’accepte un autre poste."))
    page = authority.get(f"{CAMPAIGN}succession/")
    authority.submit(page, page.form(to="appel"))
    scene.wait_for_mail(first.email, "renonciation")
    scene.wait_for_mail(second.email, "appelé")
    letters = [
        scene.signed_in(second.email).get(link) for link in scene.signed_in(second.email).get(FILE).links("/courriers/")
    ]
    scene.keep(f"appels/{codes[1]}.pdf", pdf(letters[0]))
    scene.say("Renonciation de la personne retenue ; la suivante est appelée")


def prove(scene: Scene) -> None:
    """Each candidate downloads the proof of their submission; the public page and the command accept one, and no other."""
    kept = []
    for person in told(scene):
        page = scene.signed_in(person.email).get(f"{FILE}preuve.json")
        kept.append(scene.keep(f"preuves/{scene.dossiers[person.number]}.json", page.body))
    proof = kept[0].read_bytes()
    anyone = Visitor(scene.stage.base_url)
    for content, status, words in (
        (proof, 200, "La preuve est bonne"),
        (_changed(proof), 422, "La preuve n’est pas valable"),
    ):
        page = anyone.get("/registre/verifier/")
        form = page.form(having="file").attach("file", "preuve.json", content)
        answer = anyone.submit(page, form, expect=status)
        if words not in answer.text:
            raise WalkFailed(f"The public page doesn't say « {words} ».", answer)
    scene.stage.manage("verify", str(kept[0]))
    scene.say(f"{len(kept)} preuves téléchargées, une vérifiée en public")


def _changed(proof: bytes) -> bytes:
    """The same proof of something that was never written."""
    return proof.replace(b"application.submitted", b"application.submittee")
