"""Who reads the journal's entries. Its public pages have no policy: they tell nothing of what stands in it."""

from django.http import HttpRequest

#: Roles by name, since this room knows nothing of accounts: who runs the campaign, and who audits it.
READERS = frozenset({"hr", "auditor"})


def may_read(request: HttpRequest) -> bool:
    """Whether the person who asks may read entries and checkpoints in the admin."""
    return request.user.is_active and getattr(request.user, "role", None) in READERS
