"""The result goes on the public site: one officer prepares it, another confirms it, and anyone checks it at its hour."""

import hashlib
import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rehearsal.cast import HR, OFFICER
from rehearsal.visitor import Visitor, WalkFailed
from rehearsal.walk.marking import CAMPAIGN
from rehearsal.walk.scene import SLUG, Scene, pdf

RESULTS = f"/listes/{SLUG}/results/"


def publish_the_result(scene: Scene) -> None:
    """Two officers, then the hour: before it the page isn't there; at it, its text has the hash that the page shows."""
    anyone = Visitor(scene.stage.base_url)
    now = datetime.fromisoformat(json.loads(anyone.get(f"/avis/{SLUG}/heure/").body)["now"])
    at = (now + timedelta(hours=2)).astimezone(ZoneInfo("Africa/Casablanca"))
    officer, second = scene.signed_in(HR.email), scene.signed_in(OFFICER.email)
    page = officer.get(f"{CAMPAIGN}publications/")
    form = page.form(having="stage").fill(stage="results", day=f"{at:%Y-%m-%d}", hour=f"{at:%H:%M}")
    officer.submit(page, form)
    page = second.get(f"{CAMPAIGN}publications/")
    second.submit(page, page.form(to="confirmer"))
    anyone.get(RESULTS, expect=404)
    scene.stage.manage("clock", "--by", "121m")
    shown, text = anyone.get(RESULTS), anyone.get(f"{RESULTS}liste.txt").body
    if hashlib.sha256(text).hexdigest() not in shown.text:
        raise WalkFailed("The list's text hasn't the hash that its page shows.", shown)
    listed = set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text.decode()))
    if not listed or not listed <= set(scene.dossiers.values()):
        raise WalkFailed("The list holds somebody who did not apply, or nobody.", shown)
    scene.keep("listes/resultat.txt", text)
    scene.keep("listes/resultat.pdf", pdf(anyone.get(f"{RESULTS}liste.pdf")))
    scene.say(f"Résultat publié par numéro de dossier : {len(listed)} sur la liste")
