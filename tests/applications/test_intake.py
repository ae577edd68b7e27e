"""Opening, submitting and withdrawing."""

import pytest

from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def test_submitted_gives_a_receipt():
    posting = factory.open_posting()
    application = factory.submitted(posting, cast.candidate())
    assert application.state == "submitted"
    assert application.entry_hash
