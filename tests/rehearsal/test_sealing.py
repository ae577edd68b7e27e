"""The walk's last looks at seals: through the public page, and by the command, at every document that it leaves."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from notices import letters
from rehearsal.stage import Stage
from rehearsal.visitor import WalkFailed
from rehearsal.walk.scene import Scene
from rehearsal.walk.sealing import verify_in_public
from tests.factories import applications as files
from tests.factories.notices import owed


@pytest.mark.django_db(transaction=True)
def test_the_public_page_is_asked_about_a_receipt(tmp_path: Path, live_server: LiveServer) -> None:
    said: list[str] = []
    stage = Stage(tmp_path, {})
    stage.base_url = live_server.url
    scene = Scene(stage, [], tmp_path, say=said.append)
    receipt = scene.keep("recepisses/K7Q2-M9XD.pdf", letters.render(owed("receipt")))
    verify_in_public(scene)
    assert len(said) == 1
    receipt.write_bytes(files.pdf("Sans cachet"))
    with pytest.raises(WalkFailed):
        verify_in_public(scene)


@pytest.mark.django_db
def test_every_document_of_a_folder_must_be_sealed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = letters.render(owed("receipt"))
    (tmp_path / "lettres").mkdir()
    (tmp_path / "lettres" / "K7Q2-M9XD.pdf").write_bytes(letter)
    mail = EmailMessage()
    mail.set_content("Votre décision.")
    mail.add_attachment(
        letters.render(owed("decision")), maintype="application", subtype="pdf", filename="decision.pdf"
    )
    (tmp_path / "un.eml").write_bytes(bytes(mail))
    call_command("verifydocument", tmp_path)
    assert "2 documents bear our seal" in capsys.readouterr().out
    (tmp_path / "lettres" / "autre.pdf").write_bytes(letter.replace(b"WeasyPrint", b"WeasyPaint"))
    with pytest.raises(CommandError, match="1 of 3 documents"):
        call_command("verifydocument", tmp_path)
    assert "REFUSED  changed" in capsys.readouterr().out


def test_an_empty_folder_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="0 of 0"):
        call_command("verifydocument", tmp_path)
