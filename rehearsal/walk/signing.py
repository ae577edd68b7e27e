"""What every member of the jury does in the session: votes on the order, then reads and signs the minutes."""

import re
import time

from rehearsal.cast import JURORS
from rehearsal.visitor import Page, WalkFailed
from rehearsal.walk.applying import DOSSIER
from rehearsal.walk.marking import CHAIR
from rehearsal.walk.scene import DEMO_CODE, SLUG, Scene

DEMO_WAIT = re.compile(r"valable dans (\d+)")
SITTING = f"/evaluation/jury/seance/{SLUG}/"


def code_to_sign(page: Page) -> str:
    """The code that the person's application shows, as the banner of the page does; once it is accepted, if it isn't yet."""
    found, early = DEMO_CODE.search(page.text), DEMO_WAIT.search(page.text)
    if found is None:
        raise WalkFailed("The banner shows no code to sign with.", page)
    if early is not None:
        time.sleep(int(early[1]) + 1)
    return found[1]


def vote_on_the_last(scene: Scene) -> None:
    """The chair writes what was said, and puts to the vote that the last goes up one place; the jury says no by its chair's voice."""
    chair = scene.signed_in(CHAIR.email)
    page = chair.get(SITTING)
    for form in [form for form in page.forms if "/debats/" in form.action]:
        chair.submit(page, form.fill(words="Le jury relève la solidité du parcours et la clarté de l’entretien."))
    moves = [form for form in page.forms if form.action.endswith("/vote/")]
    if len(moves) < 2:
        return
    code = DOSSIER.search(moves[-1].action)
    chair.submit(page, moves[-1].fill(to_rank=str(len(moves) - 1), motive="Une expérience rare de la fonction."))
    for order, part in enumerate(JURORS):
        member = scene.signed_in(part.email)
        page = member.get(SITTING)
        ballots = [form for form in page.forms if "/votes/" in form.action and form.has("voice")]
        for form in ballots:
            member.submit(page, form.fill(voice="for" if order % 2 else "against"))
    scene.say(f"Vote nominal sur le dossier {code[0] if code else ''} : la proposition est rejetée")


def sign_the_minutes(scene: Scene) -> None:
    """Each member reads and signs with their second factor; one makes an observation, another refuses and says why."""
    for order, part in enumerate(JURORS):
        member = scene.signed_in(part.email)
        page = member.get(SITTING)
        form = page.form(having="read").fill(read="on")
        if order == 1:
            form.fill(words="J’aurais souhaité une seconde lecture du dossier classé dernier.")
        if order == 2:
            form.fill(words="Je ne partage pas l’appréciation portée sur un dossier.")
        form.fill(code=code_to_sign(page))
        member.submit(page, form, button="step=refuse" if order == 2 else "step=sign")
    scene.say(f"Procès-verbal lu par {len(JURORS)} membres : une observation, un refus motivé")
