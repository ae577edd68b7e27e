"""The documents of a dossier: taken in, replaced, taken out. What is refused stands in test_corpus."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import documents, drafts, intake
from applications.models import Application, Document
from postings.models import DocumentRequirement
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
ADDRESS = reverse("applications:documents", args=[factory.SLUG])


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


def requirement(application: Application, code: str = "cv") -> DocumentRequirement:
    return application.posting.requirements.get(code=code)


def attach(application: Application, code: str = "cv", words: str = "Pièce", **options: object) -> Document:
    upload = factory.upload(words)
    asked = requirement(application, code)
    return documents.attach(
        application=application, requirement=asked, files=[upload], by=application.candidate, **options
    )  # type: ignore[arg-type]


def stored() -> set[str]:
    return set(default_storage.listdir("documents")[1]) if default_storage.exists("documents") else set()


def test_upload_is_kept_as_received(draft: Application) -> None:
    content = factory.pdf("Mon CV", 3)
    file = SimpleUploadedFile("mon cv.pdf", content)
    assert cast.signed_in(draft.candidate).post(ADDRESS, {"requirement": "cv", "file": file}).status_code == 302
    document = draft.documents.get()
    assert (document.name, document.pages, document.size) == ("mon cv.pdf", 3, len(content))
    with document.file.open() as kept:
        assert kept.read() == content
    assert "cv" not in document.file.name
    page = cast.signed_in(draft.candidate).get(reverse("applications:document", args=[document.public_id]))
    assert b"".join(page) == content  # type: ignore[call-overload]
    assert page["Content-Disposition"] == 'attachment; filename="mon cv.pdf"'
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown = cast.signed_in(draft.candidate).get(reverse("applications:document_view", args=[document.public_id]))
    shown.close()
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert shown["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"


def test_same_file_twice_is_refused_with_where_it_is(draft: Application) -> None:
    attach(draft)
    with pytest.raises(ValidationError, match="sous « Curriculum vitæ »"):
        attach(draft, "projet")


def test_one_file_too_many_is_refused(draft: Application) -> None:
    attach(draft)
    with pytest.raises(ValidationError, match="remplacez ou supprimez"):
        attach(draft, words="Un autre")


@pytest.mark.django_db(transaction=True)
def test_replacing_leaves_one_row_and_one_file(draft: Application) -> None:
    old = attach(draft)
    before = stored()
    new = attach(draft, words="Un autre", replaces=old)
    assert draft.documents.get() == new
    assert stored() == before - {old.file.name.removeprefix("documents/")} | {new.file.name.removeprefix("documents/")}


@pytest.mark.django_db(transaction=True)
def test_removing_takes_the_file_away(draft: Application) -> None:
    document = attach(draft)
    page = cast.signed_in(draft.candidate).post(reverse("applications:document_remove", args=[document.public_id]))
    assert page.status_code == 302
    assert draft.documents.count() == 0
    assert not default_storage.exists(document.file.name)


def test_failed_transaction_leaves_no_file(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Document, "save", fail)
    with pytest.raises(RuntimeError):
        attach(draft)
    assert stored() == before


def test_submitted_file_takes_and_loses_no_document() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    document = application.documents.first()
    assert document is not None
    with pytest.raises(drafts.NotEditable):
        attach(application, "diplomes", words="Tard")
    with pytest.raises(drafts.NotEditable):
        documents.remove(document=document, by=application.candidate)
    page = cast.signed_in(application.candidate).post(ADDRESS, {"requirement": "cv", "file": factory.upload("Tard")})
    assert page.status_code == 409


def test_document_of_another_is_404(draft: Application) -> None:
    document = attach(draft)
    for person in (cast.candidate(2), cast.hr(), cast.juror()):
        client = cast.signed_in(person)
        assert client.get(reverse("applications:document", args=[document.public_id])).status_code == 404
        assert client.post(reverse("applications:document_remove", args=[document.public_id])).status_code == 404
    assert draft.documents.count() == 1


def test_document_of_another_is_never_replaced(draft: Application) -> None:
    document = attach(draft)
    other = intake.start(posting=draft.posting, by=cast.candidate(2))
    data = {"requirement": "cv", "file": factory.upload("Autre"), "replaces": str(document.public_id)}
    assert cast.signed_in(other.candidate).post(ADDRESS, data).status_code == 302
    assert [*draft.documents.all()] == [document]
    assert other.documents.count() == 1


def test_document_taken_out_in_two_tabs_is_taken_out_once() -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate(1))
    document = application.documents.first()
    assert document is not None
    documents.remove(document=document, by=application.candidate)
    documents.remove(document=document, by=application.candidate)
    assert Document.objects.filter(pk=document.pk).exists() is False


def test_document_replaced_in_one_tab_may_be_replaced_in_the_other() -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate(1))
    document = application.documents.select_related("requirement").first()
    assert document is not None
    documents.remove(document=document, by=application.candidate)
    fresh = documents.attach(
        application=application,
        requirement=document.requirement,
        files=[factory.upload("nouveau", name="nouveau.pdf")],
        by=application.candidate,
        replaces=document,
    )
    assert [d.pk for d in application.documents.filter(requirement=document.requirement)] == [fresh.pk]
