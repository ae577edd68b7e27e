"""What a journal entry costs, beside a bare insert of the same text, each in a transaction of its own."""

import os
import time
from collections.abc import Callable
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmp_recruit.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - they need Django set up

from journal import clock  # noqa: E402
from journal.append import append  # noqa: E402

ROUNDS, EACH = 7, 150
FACTS = {"manifest_sha256": "0" * 64, "deadline": "2025-10-30T15:30:00.000000Z"}
BODY = "x" * 260


def _append() -> None:
    with transaction.atomic():
        append("application.submitted", at=clock.now(), actor="user:bench", subject="application:BENCH", facts=FACTS)


def _insert() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_entry (body) VALUES (%s)", [BODY])


def _a_second(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    for _time in range(EACH):
        act()
    return EACH / (time.perf_counter() - begun)


def main() -> None:
    """Print both rates and their ratio, each the median of alternating rounds."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_entry (id bigserial PRIMARY KEY, body text NOT NULL)")
    _append(), _insert()
    pairs = [(_a_second(_append), _a_second(_insert)) for _round in range(ROUNDS)]
    print(f"append\t{median(ours for ours, _bare in pairs):.0f}\tentries/s")
    print(f"bare insert\t{median(bare for _ours, bare in pairs):.0f}\trows/s")
    print(f"append / bare insert\t{median(ours / bare for ours, bare in pairs):.2f}\tratio")


main()
