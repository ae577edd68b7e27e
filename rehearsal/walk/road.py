"""The road, stretch by stretch, in order, each at its moment by the clock of record."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from rehearsal.walk import (
    applying,
    auditing,
    closing,
    composing,
    deciding,
    hearing,
    marking,
    publishing,
    screening,
    sealing,
    settling,
)
from rehearsal.walk.scene import Scene

#: The day before which the interviews of a small campaign are over; those of a large one put off all that follows.
INTERVIEWS_END = date(2025, 11, 25)


class Stretch(NamedTuple):
    """A part of the road; ``moment`` is where the clock is set first, in Casablanca, if it is."""

    title: str
    walk: Callable[[Scene], None]
    moment: str = ""

    def set_clock(self, scene: Scene) -> None:
        """Go to the stretch's moment, later by as many days as the interviews took more than planned."""
        if self.moment:
            scene.stage.clock(put_off(self.moment, scene.last_day))


def put_off(moment: str, last_day: str) -> str:
    """The moment, put off when the last interview day is later than planned."""
    planned = datetime.fromisoformat(moment)
    over = date.fromisoformat(last_day) if last_day else INTERVIEWS_END
    late = max(over - INTERVIEWS_END, timedelta(0)) if planned.date() > INTERVIEWS_END else timedelta(0)
    return f"{planned + late:%Y-%m-%d %H:%M:%S}"


def set_the_stage(scene: Scene) -> None:
    """An empty database becomes an open campaign, served by the real processes."""
    scene.stage.manage("migrate", "--verbosity", "0")
    scene.stage.clock("2025-10-01 09:00")
    scene.stage.manage("loadposting", "postings/data/secretaire-general", "--publish")
    scene.stage.manage("demo")
    scene.stage.start_web()
    scene.stage.start_workers()
    scene.stage.start_beat()


ROAD = (
    Stretch("Mise en place", set_the_stage),
    Stretch("L'avis", applying.read_the_notice, "2025-10-06 10:00"),
    Stretch("Les brouillons", applying.prepare_the_files),
    Stretch("Les dépôts", applying.submit_early, "2025-10-29 18:00"),
    Stretch("Un retrait", applying.withdraw_one),
    Stretch("La dernière seconde", applying.submit_at_the_last_second),
    Stretch("Trop tard", applying.submit_too_late),
    Stretch("La clôture", applying.see_the_closing),
    Stretch("La recevabilité", screening.screen, "2025-11-03 09:30"),
    Stretch("Un incident", screening.record_an_incident),
    Stretch("L'épreuve écrite", composing.prepare),
    Stretch("Les compositions", composing.compose, "2025-11-04 09:00"),
    Stretch("Le tirage des correcteurs", marking.draw_markers),
    Stretch("L'évaluation des compétences", marking.mark_blind, "2025-11-05 09:00"),
    Stretch("Les écarts", marking.discuss_the_gaps, "2025-11-07 14:00"),
    Stretch("Les troisièmes correcteurs", marking.draw_the_thirds),
    Stretch("La présélection", marking.close_skills),
    Stretch("Les convocations", hearing.set_interviews, "2025-11-10 10:00"),
    Stretch("Un échange de créneau", hearing.change_a_slot),
    Stretch("Un report", hearing.move_an_interview),
    Stretch("Les rappels", hearing.remind_the_invited, "2025-11-16 18:00"),
    Stretch("Les jours d'entretien", hearing.listen),
    Stretch("Une absence", marking.record_a_no_show),
    Stretch("Les entretiens", marking.hear_everyone),
    Stretch("Les références", hearing.ask_the_referees, "2025-11-26 10:00"),
    Stretch("Les rappels aux référents", hearing.remind_the_referees, "2025-11-29 10:30"),
    Stretch("Leur vérification", hearing.verify_the_references, "2025-12-06 11:00"),
    Stretch("La délibération", deciding.deliberate, "2025-12-08 10:00"),
    Stretch("La décision préparée", deciding.prepare, "2025-12-09 10:00"),
    Stretch("La décision", deciding.decide, "2025-12-10 11:00"),
    Stretch("Le délai de rappel", deciding.approve_and_hold, "2025-12-10 15:00"),
    Stretch("Les lettres", deciding.send_the_letters),
    Stretch("Les preuves", deciding.prove),
    Stretch("Les cachets", sealing.verify_in_public),
    Stretch("Le résultat publié", publishing.publish_the_result),
    Stretch("Une renonciation", deciding.succeed, "2025-12-17 10:00"),
    Stretch("Qui a vu", auditing.audit),
    Stretch("Le rapport final", closing.report, "2025-12-18 10:00"),
    Stretch("L'archive", closing.archive),
    Stretch("Les comptes", settling.settle),
)
