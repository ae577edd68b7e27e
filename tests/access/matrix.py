"""The matrix of ``docs/security.md``: who may do what, as the policies answer; who passes where, as the tests hold it.

``script/matrix`` writes it. The second table has one line for the addresses of one room that the same people pass.
"""

from collections import defaultdict
from pathlib import Path

from accounts.models import Role
from pmp_recruit.rights import RIGHTS, holders
from tests.access.table import TABLE

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "security.md"
START, END = "<!-- matrix: written by script/matrix -->\n", "<!-- end of the matrix -->"
ROLES = {
    Role.CANDIDATE: "candidate", Role.JUROR: "juror", Role.HR: "HR officer", Role.HR_HEAD: "HR head",
    Role.SECRETARY: "secretary", Role.AUTHORITY: "authority", Role.AUDITOR: "auditor", Role.ADMINISTRATOR: "administrator",
}  # fmt: skip
#: As ``tests/access/scene.py`` names them.
PEOPLE = {
    "anonymous": "visitor", "owner": "the candidate", "stranger": "another", "chair": "chair", "juror": "member",
    "unseated": "juror elsewhere", "officer": "HR officer", "hr": "HR head", "secretary": "secretary",
    "authority": "authority", "auditor": "auditor", "administrator": "administrator",
}  # fmt: skip


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _head(titles: list[str]) -> list[str]:
    return [_row(titles), "|" + "---|" + ":-:|" * (len(titles) - 1)]


def rights() -> list[str]:
    """What each role may do."""
    lines = _head(["what", *ROLES.values()])
    for right in RIGHTS:
        held = holders(right)
        lines.append(_row([f"{right.room}: {right.words}", *("●" if role in held else "" for role in ROLES)]))
    return lines


def addresses() -> list[str]:
    """Who passes at each address."""
    together: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for name, line in TABLE.items():
        room, _colon, short = name.rpartition(":")
        together[room or "site", line.people].append(short)
    lines = _head(["address", *PEOPLE.values()])
    for (room, people), names in together.items():
        told = f"{room}: {', '.join(f'`{name}`' for name in sorted(names))}"
        lines.append(_row([told, *("●" if who in people else "" for who in PEOPLE)]))
    return lines


def render() -> str:
    """The whole of it, in Markdown."""
    return "\n".join(
        [
            "What each role may do, by the policy that its acts and pages ask (`pmp_recruit/rights.py`):\n",
            *rights(),
            "\nWho passes at each address, where a campaign has gone all its way (`tests/access/table.py`, tried by HTTP for every",
            "person and both methods). A page that opens may still show less to one than to another:\n",
            *addresses(),
            "",
        ]
    )


def section() -> str:
    """What the document says now."""
    return DOCUMENT.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]


def write() -> None:
    """Put it into the document."""
    before, _start, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
    _former, _end, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{START}\n{render()}\n{END}{after}", encoding="utf-8")
