"""Who reads the journal's entries. Its public pages tell nothing of what stands in it, but to who holds a receipt."""

#: Roles by name, since this room knows nothing of accounts: who runs the campaign, and who audits it.
READERS = frozenset({"hr", "hr_head", "auditor"})
#: One member's marks. HR closes the stage that they decide, so the journal tells it only that they were sealed, for
#: good: nobody has to know here when the stage is over. The pages of the evaluation show totals once it is.
MARKS = frozenset({"sheet.sealed"})

#: Entries whose public address a paper bears. No other has a page: what stands in the journal is not published.
PRINTED = frozenset({"application.submitted"})


def may_read(user: object) -> bool:
    """Whether the person may read entries and checkpoints in the admin."""
    return bool(getattr(user, "is_active", False)) and getattr(user, "role", None) in READERS


def may_read_facts(user: object, kind: str) -> bool:
    """Whether the person may read what entries of a kind tell, and not only that they stand there."""
    return may_read(user) and (kind not in MARKS or getattr(user, "role", None) == "auditor")
