"""A rehearsal with its notice published and its cast on stage."""

import pytest
from django.test import Client

from postings.lifecycle import publish
from postings.loader import DATA, load
from postings.models import Posting
from rehearsal import cast as stage
from tests import cast


@pytest.fixture
def posting(db: None, _default_clock: None) -> Posting:
    """The real posting, published."""
    return publish(posting=load(DATA / "secretaire-general"), by=None)


@pytest.fixture
def hr_client(posting: Posting) -> Client:
    """The rehearsal's HR, signed in."""
    return cast.signed_in(stage.enter(stage.HR))
