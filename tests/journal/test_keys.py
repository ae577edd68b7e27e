"""The signing key: made once, private, and set by hand in production."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from journal import checks, keys


def _pem(key: object) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _home(settings: LazySettings, tmp_path: Path) -> None:
    settings.PMP_HOME, settings.PMP_JOURNAL_KEY = tmp_path, ""


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = keys.raw(keys.public_key()), keys.raw(keys.public_key())
    path = tmp_path / "keys" / "journal.pem"
    assert first == second
    assert [p.name for p in path.parent.iterdir()] == ["journal.pem"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_threads_that_make_the_key_at_once_end_with_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keys.raw(keys.public_key()), range(8)))
    assert len(made) == 1
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["journal.pem"]


def test_a_key_in_the_settings_is_used(settings: LazySettings, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    settings.PMP_JOURNAL_KEY = _pem(key)
    assert keys.raw(keys.public_key()) == keys.raw(key.public_key())
    settings.PMP_JOURNAL_KEY = _pem(key).replace("\n", "\\n")  # as some systems pass it on
    assert keys.raw(keys.public_key()) == keys.raw(key.public_key())
    assert not (tmp_path / "keys").exists()


def test_production_refuses_to_make_a_key(settings: LazySettings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured, match="PMP_JOURNAL_KEY"):
        keys.signing_key()
    assert [error.id for error in checks.signing_key_is_usable()] == ["journal.E001"]


@pytest.mark.parametrize("text", ["nonsense", _pem(generate_private_key(SECP256R1()))])
def test_a_key_that_is_no_ed25519_key_is_refused(settings: LazySettings, text: str) -> None:
    settings.PMP_JOURNAL_KEY = text
    with pytest.raises(ImproperlyConfigured, match="PMP_JOURNAL_KEY"):
        keys.signing_key()
    assert [error.id for error in checks.signing_key_is_usable()] == ["journal.E001"]


def test_a_sound_configuration_passes_the_checks(settings: LazySettings) -> None:
    settings.PMP_JOURNAL_KEY = _pem(Ed25519PrivateKey.generate())
    assert checks.signing_key_is_usable() == []
    assert checks.origin_names_a_key() == []


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "line\nbreak"])
def test_an_origin_that_can_name_no_key_is_reported(settings: LazySettings, origin: str) -> None:
    settings.PMP_JOURNAL_ORIGIN = origin
    assert [error.id for error in checks.origin_names_a_key()] == ["journal.E002"]
