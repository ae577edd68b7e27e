"""What beat asks of the workers, and how often. Each is a sweep: what is owed stands in the database, whoever forgets it."""

from typing import Any


def _sweep(task: str, seconds: float) -> dict[str, Any]:
    """A sweep that expires before the next one, so that a dead worker finds no pile of them."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds * 2}}


SCHEDULE = {
    "close-due-intakes": _sweep("applications.tasks.close_due_intakes", 2),
    "remind-drafts": _sweep("applications.tasks.remind_drafts", 20),
    "run-bulk-acts": _sweep("applications.tasks.run_bulk_acts", 3),
    "tell-invited": _sweep("evaluations.tasks.tell_invited", 20),
    "remind-referees": _sweep("evaluations.tasks.remind_referees", 60),
    "deliver-due-notices": _sweep("notices.tasks.deliver_due", 3),
    "read-bounces": _sweep("notices.tasks.read_bounces", 60),
    "seal-the-journal": _sweep("journal.tasks.seal", 5),
    "delete-orphans": _sweep("applications.tasks.delete_orphans", 3600),
    "end-due-sittings": _sweep("evaluations.tasks.end_due_sittings", 3),
    "make-archives": _sweep("evaluations.tasks.make_archives", 5),
    "erase-due": _sweep("evaluations.tasks.erase_due", 24 * 3600),
    "check-invariants": _sweep("pmp_recruit.tasks.check_next", 30),
    "beat": _sweep("journal.tasks.beat", 10),
}
#: What may take long: letters, what writes to many, archives. Closing at the deadline never waits behind it.
SLOW = (
    "notices.tasks.*",
    "applications.tasks.remind_drafts",
    "evaluations.tasks.tell_invited",
    "evaluations.tasks.make_archives",
    "pmp_recruit.tasks.*",  # the checks read whole tables: never before a closing
)
