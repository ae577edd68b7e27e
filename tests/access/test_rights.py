"""The matrix says what is: its rights agree with the addresses, and the document with both."""

import pytest

from accounts.models import Role
from pmp_recruit.rights import RIGHTS, Right, holders
from tests.access import matrix
from tests.access.table import TABLE

ROLE_OF = {"hr": Role.HR_HEAD, "officer": Role.HR, "secretary": Role.SECRETARY, "authority": Role.AUTHORITY,
           "auditor": Role.AUDITOR, "administrator": Role.ADMINISTRATOR}  # fmt: skip
#: People of whom the file says the rest: whose it is, where they sit.
SOME_OF = {
    "owner": Role.CANDIDATE,
    "stranger": Role.CANDIDATE,
    "chair": Role.JUROR,
    "juror": Role.JUROR,
    "unseated": Role.JUROR,
}


@pytest.mark.parametrize("right", RIGHTS, ids=lambda right: right.words)
def test_a_right_is_what_its_addresses_let_through(right: Right) -> None:
    held = holders(right)
    for address in right.addresses:
        people = TABLE[address].people
        assert {role for who, role in ROLE_OF.items() if who in people} == held & set(ROLE_OF.values()), address
        assert {role for who, role in SOME_OF.items() if who in people} <= held, address


def test_every_role_has_its_column_and_may_do_something() -> None:
    assert set(matrix.ROLES) == set(Role) == {role for right in RIGHTS for role in holders(right)}


def test_the_administrator_and_the_secretary_have_no_right_on_files() -> None:
    for role in (Role.ADMINISTRATOR, Role.SECRETARY):
        assert [
            right.words for right in RIGHTS if right.room in ("files", "references") and role in holders(right)
        ] == []


def test_the_auditor_holds_only_rights_to_read() -> None:
    words = [right.words for right in RIGHTS if Role.AUDITOR in holders(right)]
    assert [told for told in words if not told.startswith(("read", "sign in"))] == []
