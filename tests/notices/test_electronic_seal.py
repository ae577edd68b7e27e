"""Every PDF that leaves bears the seal: once, PAdES, still PDF/UA; and what happens when the certificate or the stamp fails."""

import io
import logging
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from applications.verification import verify
from journal import clock
from notices import electronic_seal, letters, seal_certificate, seal_checks
from notices.electronic_seal import CannotSeal
from notices.models import Letter, Notice
from pmp_recruit import env, seal
from tests.factories.notices import owed
from tests.factories.seals import (
    HOLDER,
    NONE,
    Authority,
    pem,
    pem_bundle,
    pkcs12_bundle,
    seal_with,
    time_stamp_authority,
)
from tests.notices.test_letters import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(electronic_seal.rest, "since", None)


def test_a_letter_is_sealed_and_still_for_all_readers() -> None:
    content = letters.render(owed("receipt"))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        (mark,) = [note for page in pdf.pages for note in page.get("/Annots", []) if note.get("/FT") == "/Sig"]
        assert (str(field.V.SubFilter), str(field.T)) == ("/ETSI.CAdES.detached", "CachetElectronique")
        assert pdf.Root.Perms.DocMDP == field.V
        assert int(field.V.Reference[0].TransformParams.P) == 1
        # PDF/UA-1, 7.18: a widget that is hidden needs no tag; its page's tabs follow the structure.
        assert (int(mark.F) & 2, str(pdf.pages[0].Tabs)) == (2, "/S")
        assert (bool(pdf.Root.MarkInfo.Marked), "/StructTreeRoot" in pdf.Root) == (True, True)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    assert verify(content).code == "demonstration"


def test_another_reader_of_signatures_finds_the_whole_document_signed(tmp_path: Path) -> None:
    """Poppler's, which shares no code with what seals, nor with our own page."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(letters.render(owed("receipt")))
    told = subprocess.run(["pdfsig", "-nocert", path], check=True, capture_output=True, text=True).stdout
    assert told.count("Signature #") == 1
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "DÉMONSTRATION – cachet"):
        assert words in told


def test_a_letter_is_sealed_once_and_the_same_bytes_leave_each_time() -> None:
    notice = owed("receipt")
    first = letters.render(notice)
    assert letters.render(Notice.objects.get(pk=notice.pk)) == first
    assert Letter.objects.count() == 1


def test_the_drawing_that_came_second_leaves_nothing_behind() -> None:
    notice = owed("receipt")
    late = Notice.objects.get(pk=notice.pk)
    first = letters.stored(notice)
    second = letters.stored(late)
    assert (second, list(Letter.objects.all())) == (first, [first])
    folder = Path(first.file.path).parent
    assert [path.name for path in folder.iterdir() if str(notice.public_id) in path.name] == [
        Path(first.file.name).name
    ]


def test_a_seal_is_dated_by_the_clock_of_record() -> None:
    found = verify(letters.render(owed("receipt"))).seal
    assert found is not None
    assert found.at == clock.now().replace(microsecond=0)


def test_the_footer_names_the_demonstration() -> None:
    words = " ".join(pages_of(letters.render(owed("receipt"))))
    assert "Cachet électronique : DÉMONSTRATION – cachet de répétition, sans valeur" in words
    assert "/registre/document/" in words


def test_the_demonstrations_key_is_kept_private_and_reused(settings: LazySettings, tmp_path: Path) -> None:
    settings.PMP_HOME = tmp_path
    first = seal_certificate.current()
    again = seal_certificate.current()
    (kept,) = (tmp_path / "keys").iterdir()
    assert first is not None
    assert again is not None
    assert first.certificate == again.certificate
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_bytes().count(b"PRIVATE KEY-----") == 2  # one key: the root's is forgotten


@pytest.mark.parametrize("form", ["pem", "pkcs12"])
def test_the_institutions_own_certificate_seals(settings: LazySettings, authority: Authority, form: str) -> None:
    key, own = authority.certify()
    bundle = (
        pkcs12_bundle(key, own, authority.root, "secret") if form == "pkcs12" else pem_bundle(key, own, authority.root)
    )
    seal_with(settings, bundle, password="secret" if form == "pkcs12" else "")
    content = letters.render(owed("receipt"))
    verdict = verify(content)
    assert verdict.code == "sealed"
    assert verdict.seal is not None
    assert (verdict.seal.holder, verdict.seal.issuer, verdict.seal.stamp) == (HOLDER, "Autorité des essais", None)
    assert f"Cachet électronique : {HOLDER}" in " ".join(pages_of(content))


def test_without_a_certificate_documents_say_that_they_have_no_seal(settings: LazySettings) -> None:
    seal_with(settings, b"")
    content = letters.render(owed("receipt"))
    assert "Document sans cachet électronique" in " ".join(pages_of(content))
    assert verify(content).code == "known"


def test_an_expired_certificate_seals_nothing(
    settings: LazySettings, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    seal_with(settings, pem_bundle(*authority.certify(days=(-300, -1))))
    with caplog.at_level(logging.ERROR):
        content = letters.render(owed("receipt"))
    assert "Document sans cachet électronique" in " ".join(pages_of(content))
    assert "documents leave without a seal" in caplog.text


def test_where_a_seal_is_required_nothing_is_drawn_without_one(settings: LazySettings, authority: Authority) -> None:
    seal_with(settings, pem_bundle(*authority.certify(days=(-300, -1))), required=True)
    notice = owed("receipt")
    with pytest.raises(CannotSeal):
        letters.render(notice)
    assert Letter.objects.count() == 0
    seal_with(settings, pem_bundle(*authority.certify()), required=True)
    assert verify(letters.render(notice)).code == "sealed"


def test_a_time_stamp_of_a_known_authority_dates_the_seal(settings: LazySettings, authority: Authority) -> None:
    with time_stamp_authority(authority) as url:
        bundle = pem_bundle(*authority.certify())
        seal_with(settings, bundle, tsa=url, tsa_roots=pem(authority.root))
        content = letters.render(owed("receipt"))
    found = verify(content).seal
    assert found is not None
    assert found.stamp is not None
    assert (found.stamp.authority, found.stamp.trusted, found.at) == ("Horodatage des essais", True, found.stamp.at)
    settings.PMP_SEAL = {**settings.PMP_SEAL, "tsa_roots": ""}
    unknown = verify(content).seal
    assert unknown is not None
    assert unknown.stamp is not None
    assert unknown.stamp.trusted is False


def test_an_authority_that_fails_costs_the_stamp_and_is_left_in_peace(
    settings: LazySettings, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []
    with time_stamp_authority(authority, failing=True, before=lambda: asked.append(1)) as url:
        seal_with(settings, pem_bundle(*authority.certify()), tsa=url)
        with caplog.at_level(logging.ERROR):
            contents = [letters.render(owed("receipt")), letters.render(owed("decision"))]
    found = [verify(content) for content in contents]
    assert [(verdict.code, verdict.seal and verdict.seal.stamp) for verdict in found] == [("sealed", None)] * 2
    assert (len(asked), "No time stamp" in caplog.text) == (1, True)


def test_a_bundle_without_its_keys_certificate_is_refused(authority: Authority) -> None:
    key, _own = authority.certify()
    with pytest.raises(ImproperlyConfigured, match="no certificate of its key"):
        seal_certificate.read(pem_bundle(key, authority.root), "")


@pytest.mark.parametrize(("bundle", "password"), [(b"nonsense", ""), (b"-----BEGIN NOTHING-----", ""), (None, "wrong")])
def test_what_opens_no_seal_is_refused(authority: Authority, bundle: bytes | None, password: str) -> None:
    key, own = authority.certify()
    with pytest.raises(ImproperlyConfigured, match="PMP_SEAL"):
        seal_certificate.read(bundle or pkcs12_bundle(key, own, authority.root, "right"), password)


def _environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_a_rehearsal_is_never_given_the_institutions_seal(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    _environment(monkeypatch, PMP_SEAL=pem_bundle(*authority.certify()).decode())
    with pytest.raises(ImproperlyConfigured, match="demonstration authority"):
        seal.from_environment(rehearsal=True)
    assert seal.from_environment(rehearsal=False)["key_bundle"].startswith(b"-----BEGIN")


def test_a_binary_bundle_comes_from_a_file_or_in_base64(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, tmp_path: Path
) -> None:
    bundle = pkcs12_bundle(*authority.certify(), authority.root, "x")
    (tmp_path / "seal.p12").write_bytes(bundle)
    _environment(monkeypatch, PMP_SEAL_FILE=str(tmp_path / "seal.p12"))
    assert env.content("PMP_SEAL") == bundle
    _environment(monkeypatch, PMP_SEAL="!")
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.content("PMP_SEAL")
    monkeypatch.delenv("PMP_SEAL_FILE")
    with pytest.raises(ImproperlyConfigured, match="neither PEM nor base64"):
        env.content("PMP_SEAL")


def test_a_time_stamp_address_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch, PMP_SEAL_TSA="file:///etc/passwd")
    with pytest.raises(ImproperlyConfigured, match="PMP_SEAL_TSA"):
        seal.from_environment(rehearsal=False)


@pytest.mark.parametrize(
    ("days", "required", "refused"),
    [
        ((-300, -1), True, True),
        ((-300, -1), False, False),
        ((-1, 300), True, False),
        (None, True, True),
        (None, False, False),
    ],
)
def test_the_site_refuses_to_start_only_without_a_seal_that_it_requires(
    settings: LazySettings, authority: Authority, days: tuple[int, int] | None, required: bool, refused: bool
) -> None:
    bundle = pem_bundle(*authority.certify(days=days)) if days else b""
    seal_with(settings, bundle, required=required)
    assert seal.is_there_if_required(settings.PMP_SEAL) is (days is not None or not required)
    if not refused:
        return seal_checks.refuse_unless_usable()
    with pytest.raises(ImproperlyConfigured, match="PMP_SEAL_REQUIRED"):
        seal_checks.refuse_unless_usable()
    return None


@pytest.mark.parametrize("name", ["former", "tsa_roots"])
def test_the_site_refuses_to_start_with_certificates_that_are_none(settings: LazySettings, name: str) -> None:
    settings.PMP_SEAL = {**NONE, name: "nonsense"}
    with pytest.raises(ImproperlyConfigured, match="no list of certificates"):
        seal_checks.refuse_unless_usable()


@pytest.mark.parametrize(
    ("days", "told"), [((-300, -1), "expired on"), ((-300, 20), "in 19 days"), ((2, 300), "only from"), ((-1, 300), "")]
)
def test_the_doctor_tells_of_the_certificates_end(
    settings: LazySettings, authority: Authority, days: tuple[int, int], told: str
) -> None:
    seal_with(settings, pem_bundle(*authority.certify(days=days)))
    problems = seal_checks.expiry_problems()
    assert [told in problem for problem in problems] == ([True] if told else [])
    if told == "in 19 days":
        assert "expired" in seal_checks.expiry_problems(datetime.now(UTC) + timedelta(days=30))[0]


def test_a_rehearsal_and_an_installation_without_seal_have_no_problem(settings: LazySettings) -> None:
    assert seal_checks.expiry_problems() == []
    seal_with(settings, b"")
    assert seal_checks.expiry_problems() == []
