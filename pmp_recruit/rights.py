"""What each role may do, asked of the policies themselves: ``script/matrix`` writes the answers into ``docs/security.md``.

A right is told by the predicate that its acts and pages ask, so that the table can't say anything else than they do. What
depends on the file too (one's own, a seat, a conflict, a stage) is for the address's own line in ``tests/access``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts import policy
from accounts.models import Role, User
from accounts.policy import Visitor
from applications.policy_screening import may_read_files
from journal.policy import may_read, may_read_facts
from notices.policy import sees_notices
from postings.policy import may_read_in_admin

ADMIN, HERE = "admin:", "evaluations:"


@dataclass(frozen=True)
class Right:
    """Something that may be done, who asks the policy, and addresses where it is done by nobody else."""

    room: str
    words: str
    allows: Callable[[Visitor], bool]
    addresses: tuple[str, ...] = ()


RIGHTS = (
    Right("files", "apply, and read, correct, withdraw one's own file", policy.is_candidate, ("applications:mine",)),
    Right(
        "files",
        "read every submitted file, its documents and its history",
        may_read_files,
        (f"{ADMIN}applications_application_change", f"{ADMIN}applications_application_document"),
    ),
    Right(
        "files",
        "find a file admissible or not, ask for a piece, answer a recourse",
        policy.is_hr,
        (f"{ADMIN}applications_application_admit", f"{ADMIN}applications_application_ask_piece"),
    ),
    Right(
        "files",
        "read and answer what a candidate needs (it may tell of their health)",
        policy.is_hr,
        (f"{ADMIN}applications_accommodation_change", f"{HERE}exercise_sitting"),
    ),
    Right("files", "move the deadline", policy.is_hr_head, (f"{ADMIN}applications_application_extend",)),
    Right("letters", "read every notice and letter", sees_notices, (f"{ADMIN}notices_notice_change",)),
    Right("letters", "approve letters", policy.is_hr_head),
    Right("letters", "recall a letter, send one again, say that one arrived", policy.is_hr),
    Right(
        "jury",
        "compose the jury, replace a member, draw the markers",
        policy.runs_the_jury,
        (f"{HERE}compose", f"{HERE}assign", f"{HERE}campaign"),
    ),
    Right(
        "jury",
        "prepare and seal the written exercise, invite to it",
        policy.runs_the_jury,
        (f"{HERE}exercise", f"{HERE}exercise_act"),
    ),
    Right(
        "jury",
        "open slots, draw, move and cancel interviews",
        policy.runs_the_jury,
        (f"{HERE}interviews", f"{HERE}draw_interviews", f"{HERE}interview", f"{HERE}remove_slot", f"{HERE}choice"),
    ),
    Right("jury", "mark, vote and sign, where one sits and is free of conflict", policy.is_juror, (f"{HERE}jury",)),
    Right(
        "references",
        "ask referees, verify and conclude",
        policy.is_hr,
        (f"{HERE}references", f"{HERE}verify_reference", f"{HERE}conclude_references"),
    ),
    Right("decision", "prepare the decision", policy.is_hr, (f"{HERE}prepare",)),
    Right("decision", "decide; call the next of the reserve list", policy.is_authority, (f"{HERE}decide",)),
    Right("record", "read the register's entries", may_read, (f"{ADMIN}journal_entry_change",)),
    Right("record", "read the marks that entries tell", lambda user: may_read_facts(user, "sheet.sealed")),
    Right(
        "record",
        "read marks, votes, signatures, drafts of the decision, once the minutes are final",
        policy.is_auditor,
        tuple(f"{ADMIN}evaluations_{name}_change" for name in ("scoresheet", "ordervote", "minutessignature")),
    ),
    Right("record", "read who saw what", policy.is_auditor, (f"{ADMIN}applications_viewing_changelist",)),
    Right("record", "read the counts on equality", policy.is_auditor, ("applications:equality_results",)),
    Right(
        "settings",
        "read postings and their rules in the admin",
        may_read_in_admin,
        (f"{ADMIN}postings_posting_change",),
    ),
    Right(
        "settings",
        "open and close accounts, change roles, reset a second factor",
        policy.is_administrator,
        (f"{ADMIN}accounts_user_change", f"{ADMIN}accounts_user_second_factor_reset"),
    ),
    Right("settings", "sign in with two factors, and be signed out when idle", policy.needs_second_factor),
)


def holders(right: Right) -> frozenset[Role]:
    """The roles that have it."""
    return frozenset(role for role in Role if right.allows(User(role=role, is_active=True)))
