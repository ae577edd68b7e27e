"""The condition of the installation, in words, for the auditor and the administrator: who works, what waits, what was checked."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.policy import Visitor, is_administrator, is_auditor
from journal import clock
from journal.heart import LATE_AFTER
from journal.models import Checkpoint, CheckResult, Heartbeat, Unsealed
from notices.models import Notice, NoticeState
from pmp_recruit.invariants import INVARIANTS

#: What each process does, by the name of its heartbeat.
PROCESSES = {
    "worker": _("Clôture des candidatures et scellement du registre"),
    "mailer": _("Lettres et courriels"),
    "scheduler": _("Ordonnanceur"),
    "beat": _("De l’ordonnanceur à son exécution"),
}
TITLES = {
    "journal_verifies": _("Le registre se vérifie d’un bout à l’autre"),
    "state_is_the_last_move": _("Chaque dossier est là où son dernier mouvement l’a mené"),
    "moves_stand_in_the_journal": _("Chaque mouvement figure au registre"),
    "nothing_late_got_in": _("Rien n’a été reçu après l’heure limite"),
    "closing_list_equals_a_recount": _("La liste de clôture est celle d’un nouveau décompte"),
    "no_draft_outlives_the_closing": _("Aucun brouillon ne survit à la clôture"),
    "one_receipt_each": _("À chaque dossier déposé son récépissé, et un seul"),
    "one_decision_letter_each": _("À chaque dossier décidé sa lettre"),
    "stored_documents_are_whole": _("Chaque pièce conservée est celle qui a été reçue"),
    "manifests_are_what_was_submitted": _("Chaque manifeste nomme les pièces du dossier"),
    "nothing_was_sent_twice": _("Rien n’est parti deux fois"),
    "no_delivery_is_forgotten": _("Aucun envoi n’est resté sans issue"),
    "sealed_sheets_are_full": _("Aucune fiche scellée n’a de note manquante"),
    "no_conflicted_member_marked": _("Aucun membre en conflit n’a noté"),
}


@dataclass(frozen=True)
class Process:
    """One periodic process; ``seen`` is None for one that never was."""

    words: str
    seen: datetime | None
    alive: bool


@dataclass(frozen=True)
class Checked:
    """One check: ``result`` is None before it was made; ``found`` is empty for who may not read of files."""

    words: str
    result: CheckResult | None
    found: list[str]


@dataclass(frozen=True)
class Condition:
    """All of it, at ``now``."""

    now: datetime
    processes: list[Process]
    notices: list[tuple[str, int]]
    unsealed: int
    checkpoint: Checkpoint | None
    checks: list[Checked]


def sees_condition(user: Visitor) -> bool:
    """Who keeps the machine, and who audits the record."""
    return is_auditor(user) or is_administrator(user)


def condition(user: Visitor) -> Condition:
    """The whole, in five queries. An anomaly may name a file: the auditor alone reads those words."""
    now = clock.real()
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    counts = Counter(dict(Notice.objects.order_by().values_list("state").annotate(Count("pk"))))
    results = {result.name: result for result in CheckResult.objects.all()}
    return Condition(
        now=now,
        processes=[
            Process(str(words), seen.get(name), alive=name in seen and now - seen[name] <= LATE_AFTER)
            for name, words in PROCESSES.items()
        ],
        notices=[(str(NoticeState(state).label), counts[state]) for state in NoticeState.values if counts[state]],
        unsealed=Unsealed.objects.count(),
        checkpoint=Checkpoint.objects.order_by("-size").first(),
        checks=[_checked(check.__name__, results.get(check.__name__), reads=is_auditor(user)) for check in INVARIANTS],
    )


def _checked(name: str, result: CheckResult | None, *, reads: bool) -> Checked:
    return Checked(str(TITLES.get(name, name)), result, result.found if result and reads else [])
