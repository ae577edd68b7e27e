"""Files in a bucket: the same pages and acts, against a real server that speaks S3."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import boto3
import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from applications import documents, orphans, tasks, uploads
from applications.models import Application, Document, Upload
from applications.storages import StorageDown
from journal import clock
from notices import letters
from notices import tasks as notices
from notices.models import Notice, NoticeState
from pmp_recruit import files
from pmp_recruit.checkups.answers import storage_keeps_and_gives_back
from pmp_recruit.checkups.verdict import run
from pmp_recruit.invariants import broken
from tests import cast
from tests.applications.tus import DOCUMENTS, Sender
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db(transaction=True)
BUCKET = "pmp-essais"


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    found = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def bucket(server: ThreadedMotoServer, settings: LazySettings) -> Iterator[Any]:
    """An empty bucket, where the settings say that files are kept."""
    host, port = server.get_host_and_port()
    url = f"s3://essai:secret@{BUCKET}/dossiers?region=eu-west-3&endpoint=http://{host}:{port}&encryption=AES256"
    settings.STORAGES = settings.STORAGES | {"default": files.storage(url)}
    found = boto3.resource(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="essai",
        aws_secret_access_key="secret",
        region_name="eu-west-3",
    ).Bucket(BUCKET)
    found.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    yield found
    found.objects.all().delete()
    found.delete()


@pytest.fixture
def down(settings: LazySettings) -> Callable[[], None]:
    """``down()``: from now on nothing answers where the bucket was."""

    def lose() -> None:
        url = f"s3://essai:secret@{BUCKET}/dossiers?region=eu-west-3&endpoint=http://127.0.0.1:1"
        settings.STORAGES = settings.STORAGES | {"default": files.storage(url)}

    return lose


@pytest.fixture
def draft(bucket: Any) -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def sender(draft: Application) -> Sender:
    return Sender(draft.candidate)


def keys(bucket: Any, prefix: str = "") -> list[str]:
    return sorted(found.key for found in bucket.objects.filter(Prefix=f"dossiers/{prefix}"))


CONTENT = factory.pdf("Long " + "x" * 60_000)


def test_a_file_arrives_in_pieces_and_becomes_a_document(bucket: Any, sender: Sender, draft: Application) -> None:
    address = sender.begin(len(CONTENT))["Location"]
    upload = Upload.objects.get()
    assert sender.append(address, 0, CONTENT[:20_000]).status_code == 204
    assert sender.append(address, 20_000, CONTENT[20_000:50_000]).status_code == 204
    assert sender.ask(address)["Upload-Offset"] == "50000"
    assert len(keys(bucket, "uploads/")) == 2
    assert sender.append(address, 50_000, CONTENT[50_000:]).status_code == 204
    assert uploads.read(Upload.objects.get()) == CONTENT
    assert sender.attach(upload).status_code == 200
    document = Document.objects.get()
    assert keys(bucket) == [f"dossiers/{document.file.name}", f"dossiers/{document.preview.name}"]
    kept = bucket.Object(f"dossiers/{document.file.name}").get()
    assert (kept["Body"].read(), kept["ServerSideEncryption"]) == (CONTENT, "AES256")


def test_a_piece_kept_before_a_crash_is_sent_again_and_counts_once(bucket: Any, sender: Sender) -> None:
    address = sender.begin(len(CONTENT))["Location"]
    sender.append(address, 0, CONTENT[:20_000])
    upload = Upload.objects.get()
    # The bucket has the piece; the row's commit never came.
    default_storage.write_piece(upload.stored_name, 20_000, CONTENT[20_000:40_000])  # type: ignore[attr-defined]
    assert sender.ask(address)["Upload-Offset"] == "20000"
    assert sender.append(address, 20_000, CONTENT[20_000:30_000]).status_code == 204
    assert sender.append(address, 30_000, CONTENT[30_000:]).status_code == 204
    assert uploads.read(Upload.objects.get()) == CONTENT


def test_what_nobody_wants_any_more_leaves_no_piece(bucket: Any, sender: Sender) -> None:
    address = sender.begin(len(CONTENT))["Location"]
    for at in (0, 10_000):
        sender.append(address, at, CONTENT[at : at + 10_000])
    assert sender.give_up(address).status_code == 204
    assert keys(bucket) == []


def test_a_document_is_served_by_our_pages_alone(bucket: Any, draft: Application) -> None:
    factory.fill(draft)
    document = draft.documents.get(requirement__code="cv")
    owner, stranger = cast.signed_in(draft.candidate), cast.signed_in(cast.candidate(2))
    page = owner.get(reverse("applications:document", args=[document.public_id]))
    content = b"".join(page.streaming_content)  # type: ignore[attr-defined]
    assert (page.status_code, len(content), page["Content-Length"]) == (200, document.size, str(document.size))
    picture = owner.get(reverse("applications:document_preview", args=[document.public_id]))
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert stranger.get(reverse("applications:document", args=[document.public_id])).status_code == 404
    with pytest.raises(ValueError, match="no public address"):
        document.file.url  # noqa: B018 - asking for it is the act
    assert BUCKET not in owner.get(DOCUMENTS).content.decode()


def test_what_is_too_large_for_memory_goes_through_a_file(bucket: Any) -> None:
    content = bytes(range(256)) * 4 * 1024 * 33  # 33 MiB
    name = default_storage.save("archives/a.zip", ContentFile(content))
    with default_storage.open(name) as stored:
        assert not isinstance(stored, ContentFile)
        assert b"".join(iter(lambda: stored.read(1024 * 1024), b"")) == content


def test_a_removed_document_leaves_the_bucket(bucket: Any, draft: Application) -> None:
    factory.fill(draft)
    document = draft.documents.get(requirement__code="cv")
    documents.remove(document=document, by=draft.candidate)
    assert not [key for key in keys(bucket) if str(document.public_id) in key]


def test_the_sweep_deletes_what_no_row_names(
    bucket: Any, sender: Sender, draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory.fill(draft)
    sender.begin(len(CONTENT))
    upload = Upload.objects.get()
    sender.append(reverse("applications:upload", args=[upload.public_id]), 0, CONTENT[:10_000])
    known = keys(bucket)
    for name in ("documents/orphan.pdf", "previews/orphan.png", "letters/orphan.pdf", "uploads/lost.part@000000000000"):
        default_storage.save(name, ContentFile(b"%PDF-"))
    tasks.delete_orphans()
    assert len(keys(bucket)) == len(known) + 4  # an hour has not passed
    # The bucket's own clock dates what it keeps, and nobody sets it back: all of it is old, then.
    monkeypatch.setattr(orphans, "SPARED", timedelta(seconds=-60))
    tasks.delete_orphans()
    assert keys(bucket) == known


def test_a_letter_is_drawn_once_kept_in_the_bucket_and_sent(
    bucket: Any, draft: Application, mailbox: Callable[[], list[EmailMessage]]
) -> None:
    factory.submitted(draft.posting, cast.candidate(2))
    notices.deliver_due()
    notice = Notice.objects.get(kind="receipt")
    assert notice.state == NoticeState.SENT
    assert notice.letter is not None
    assert f"dossiers/{notice.letter.file.name}" in keys(bucket, "letters/")
    (mail,) = mailbox()
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == letters.render(notice)
    page = cast.signed_in(cast.candidate(2)).get(reverse("notices:letter", args=[notice.public_id]))
    assert page.status_code == 200
    assert broken() == {}


def test_a_bucket_that_does_not_answer_is_told_and_loses_nothing(
    bucket: Any, sender: Sender, draft: Application, down: Callable[[], None], settings: LazySettings
) -> None:
    factory.fill(draft)
    draft.documents.get(requirement__code="cv").delete()
    kept = draft.documents.first()
    assert kept is not None
    address = sender.begin(len(CONTENT))["Location"]
    sender.append(address, 0, CONTENT[:10_000])
    well = settings.STORAGES
    down()
    # A piece, a whole file with a form, a page that shows a stored file.
    answer = sender.append(address, 10_000, CONTENT[10_000:])
    assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
    assert "Ce qui est déjà reçu est gardé" in answer.json()["message"]
    form: Any = sender.client.post(DOCUMENTS, {"requirement": "cv", "file": factory.upload("Autre")})
    assert form.status_code == 503
    assert "Nous ne pouvons rien enregistrer en ce moment" in form.content.decode()
    page = sender.client.get(reverse("applications:document", args=[kept.public_id]))
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "Rien n’est perdu" in page.content.decode()
    # What is typed is saved meanwhile.
    typed: Any = sender.client.get(reverse("applications:identity", args=[factory.SLUG]))
    assert typed.status_code == 200
    settings.STORAGES = well
    assert sender.ask(address)["Upload-Offset"] == "10000"
    assert sender.append(address, 10_000, CONTENT[10_000:]).status_code == 204
    assert sender.attach(Upload.objects.get()).status_code == 200


def test_letters_wait_for_a_bucket_that_does_not_answer(
    bucket: Any, draft: Application, down: Callable[[], None], settings: LazySettings, mailbox: Callable[[], list[Any]]
) -> None:
    factory.submitted(draft.posting, cast.candidate(2))
    well = settings.STORAGES
    down()
    notices.deliver_due()
    notice = Notice.objects.get(kind="receipt")
    assert (notice.state, mailbox()) == (NoticeState.RELEASED, [])
    settings.STORAGES = well
    Notice.objects.update(not_before=clock.real())
    notices.deliver_due()
    assert len(mailbox()) == 1


def test_a_removal_is_kept_while_the_bucket_is_away_and_the_sweep_ends_it(
    bucket: Any, draft: Application, down: Callable[[], None], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory.fill(draft)
    document = draft.documents.get(requirement__code="cv")
    well = settings.STORAGES
    down()
    documents.remove(document=document, by=draft.candidate)
    settings.STORAGES = well
    assert not Document.objects.filter(pk=document.pk).exists()
    assert default_storage.exists(str(document.file.name))
    monkeypatch.setattr(orphans, "SPARED", timedelta(seconds=-60))
    tasks.delete_orphans()
    assert not default_storage.exists(str(document.file.name))


def test_the_watch_does_not_take_an_outage_for_a_loss(
    bucket: Any, draft: Application, down: Callable[[], None]
) -> None:
    factory.submitted(draft.posting, cast.candidate(2))
    down()
    with pytest.raises(StorageDown):
        broken()


def test_the_doctor_tries_the_bucket(bucket: Any, down: Callable[[], None]) -> None:
    assert run(storage_keeps_and_gives_back).state == "ok"
    assert keys(bucket) == []
    down()
    assert "The storage refuses (StorageDown)" in run(storage_keeps_and_gives_back).words[0]


def test_the_metrics_page_has_no_disk_to_tell_of(bucket: Any, client: Client) -> None:
    assert "pmp_files_free_bytes" not in client.get("/metrics").content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///tmp",
        "s3://",
        "http://bucket",
        "s3://b?acl=public-read",
        "s3://b?encryption=rot13",
        "s3://b?kms_key=k",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PMP_FILES_URL"):
        files.storage(url)


def test_an_address_says_all_that_a_bucket_needs() -> None:
    told = files.storage("s3://k:a%2Fb@seau/a/b/?region=eu-west-3&encryption=aws:kms&kms_key=cle")["OPTIONS"]
    assert (told["access_key"], told["secret_key"], told["bucket_name"], told["location"]) == (
        "k",
        "a/b",
        "seau",
        "a/b",
    )
    assert told["object_parameters"] == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "cle"}
    assert files.storage("s3://seau")["OPTIONS"]["access_key"] is None
