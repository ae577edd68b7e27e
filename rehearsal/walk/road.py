"""The road, stretch by stretch, in order."""

from collections.abc import Callable

from rehearsal.walk import applying, deciding, hearing, marking, screening, settling
from rehearsal.walk.scene import Scene

Stretch = Callable[[Scene], None]


def set_the_stage(scene: Scene) -> None:
    """An empty database becomes an open campaign, served by the real processes."""
    scene.stage.manage("migrate", "--verbosity", "0")
    scene.stage.clock("2025-10-30 14:00")
    scene.stage.manage("loadposting", "postings/data/secretaire-general", "--publish")
    scene.stage.manage("demo")
    scene.stage.start_web()
    scene.stage.start_worker()
    scene.stage.start_beat()


ROAD: tuple[tuple[str, Stretch], ...] = (
    ("Mise en place", set_the_stage),
    ("L'avis", applying.read_the_notice),
    ("Les brouillons", applying.prepare_the_files),
    ("Les dépôts", applying.submit_early),
    ("Un retrait", applying.withdraw_one),
    ("La dernière seconde", applying.submit_at_the_last_second),
    ("Trop tard", applying.submit_too_late),
    ("La clôture", applying.see_the_closing),
    ("La recevabilité", screening.screen),
    ("Le tirage des correcteurs", marking.draw_markers),
    ("L'évaluation des compétences", marking.mark_blind),
    ("Les écarts", marking.discuss_the_gaps),
    ("La présélection", marking.close_skills),
    ("Les convocations", hearing.set_interviews),
    ("Les jours d'entretien", hearing.listen),
    ("Les entretiens", marking.hear_everyone),
    ("Les références", hearing.ask_the_referees),
    ("Leur vérification", hearing.verify_the_references),
    ("La délibération", deciding.deliberate),
    ("La décision", deciding.decide),
    ("Le délai de rappel", deciding.approve_and_hold),
    ("Les lettres", deciding.send_the_letters),
    ("Les preuves", deciding.prove),
    ("Les comptes", settling.settle),
)
