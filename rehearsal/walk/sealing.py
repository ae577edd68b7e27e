"""Every document of the walk bears the rehearsal's seal: anyone verifies one in public, and the command all of them."""

from rehearsal.visitor import Visitor, WalkFailed
from rehearsal.walk.scene import Scene

PAGE = "/registre/document/"


def verify_in_public(scene: Scene) -> None:
    """The public page accepts a receipt, says that it is a demonstration, and refuses it with one byte changed."""
    receipt = min((scene.output / "recepisses").glob("*.pdf")).read_bytes()
    anyone = Visitor(scene.stage.base_url)
    for content, status, words in (
        (receipt, 200, "Cachet de démonstration"),
        (receipt.replace(b"WeasyPrint", b"WeasyPaint"), 422, "modifié après son cachet"),
        (receipt + b"\n", 422, "ajouté après le cachet"),
    ):
        page = anyone.get(PAGE)
        answer = anyone.submit(page, page.form(having="file").attach("file", "recepisse.pdf", content), expect=status)
        if words not in answer.text:
            raise WalkFailed(f"The page of seals doesn't say « {words} ».", answer)
    scene.say("Le cachet d’un récépissé vérifié en public ; modifié, il est refusé")


def verify_every_document(scene: Scene) -> None:
    """Every PDF that the walk leaves, those enclosed in mails included, bears the seal and is unchanged."""
    told = scene.stage.manage("verifydocument", str(scene.output))
    scene.say(told.strip().splitlines()[-1])
