"""Entries for the journal's tests."""

from django.db import transaction

from journal import clock
from journal.append import append
from journal.models import Entry


def write(n: int = 1, *, subject: str = "application:PMP-2025-A7K3") -> list[Entry]:
    """Append ``n`` entries in one committed act."""
    with transaction.atomic():
        return [
            append(
                "application.submitted",
                at=clock.now(),
                actor="user:3f1c",
                subject=subject,
                facts={"manifest": f"{i:064x}", "é": "« déposée »"},
            )
            for i in range(n)
        ]


def bodies() -> list[bytes]:
    """The texts of all entries in the order of their leaves."""
    return [body.encode() for body in Entry.objects.order_by("leaf__index").values_list("body", flat=True)]
