"""Who reads the journal's entries. Its public pages have no policy: they tell nothing of what stands in it."""

#: Roles by name, since this room knows nothing of accounts: who runs the campaign, and who audits it.
READERS = frozenset({"hr", "auditor"})


def may_read(user: object) -> bool:
    """Whether the person may read entries and checkpoints in the admin."""
    return bool(getattr(user, "is_active", False)) and getattr(user, "role", None) in READERS
