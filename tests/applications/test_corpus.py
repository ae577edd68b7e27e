"""Every file of the corpus, sent by the candidate's own form: refused in its own words, or taken."""

from html import escape

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import formats, refusals
from applications.models import Application
from tests import cast
from tests.corpus import active, heavy, outside, pictures, sound
from tests.corpus.case import Case
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
ADDRESS = reverse("applications:documents", args=[factory.SLUG])
REFUSED = [*outside.CASES, *active.CASES, *heavy.CASES, *pictures.UNFIT]
TAKEN = [*sound.CASES, *pictures.SOUND]


@pytest.fixture
def draft() -> Application:
    """A draft with one document in, which nothing that follows may touch."""
    draft = factory.draft(factory.open_posting(), cast.candidate())
    data = {"requirement": "projet", "file": factory.upload()}
    assert cast.signed_in(draft.candidate).post(ADDRESS, data).status_code == 302
    return draft


def _kept(draft: Application) -> list[tuple[int, str]]:
    return list(draft.documents.values_list("pk", "sha256"))


def _words(case: Case) -> str:
    if case.code.startswith("kind_"):
        named_pdf = case.file.lower().endswith(".pdf")
        return refusals.wrong_kind(case.code.removeprefix("kind_"), named_pdf=named_pdf, photos=True).messages[0]
    return refusals.refusal(case.code, **case.values).messages[0]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_hostile_file_is_refused_in_its_own_words(draft: Application, case: Case) -> None:
    kept, stored = _kept(draft), set(default_storage.listdir("documents")[1])
    file = SimpleUploadedFile(case.file, case.build(), content_type="application/pdf")
    page = cast.signed_in(draft.candidate).post(ADDRESS, {"requirement": "cv", "file": file})
    assert page.status_code == 422
    assert escape(_words(case), quote=True).replace("&#x27;", "&#39;") in page.content.decode()
    assert _kept(draft) == kept
    assert set(default_storage.listdir("documents")[1]) == stored


@pytest.mark.parametrize("case", TAKEN, ids=str)
def test_honest_file_is_taken(draft: Application, case: Case) -> None:
    kept = _kept(draft)
    file = SimpleUploadedFile(case.file, case.build())
    page = cast.signed_in(draft.candidate).post(ADDRESS, {"requirement": "cv", "file": file})
    assert page.status_code == 302
    document = draft.documents.get(requirement__code="cv")
    assert document.name == case.file.rpartition(".")[0] + ".pdf" if "." in case.file else "cv.pdf"
    assert _kept(draft) != kept
    with document.file.open() as stored:
        assert formats.kind_of(stored.read()) == formats.PDF
