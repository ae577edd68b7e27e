"""Where files are kept, as ``PMP_FILES_URL`` says it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.config import Config
from django.core.exceptions import ImproperlyConfigured

_OPTIONS = {"region", "endpoint", "encryption", "kms_key"}
#: Seconds, and tries: a person waits for the page meanwhile.
_PATIENCE = {"connect_timeout": 3, "read_timeout": 15, "retries": {"total_max_attempts": 2, "mode": "standard"}}


def storage(url: str) -> dict[str, Any]:
    """Django's description of the storage. ``file://`` is the private folder under ``PMP_HOME``; else
    ``s3://KEY:SECRET@bucket/prefix?region=…&endpoint=https://…&encryption=AES256|aws:kms&kms_key=…``.

    Without a key, boto's own ways to find one hold (a machine's role). Raises ImproperlyConfigured.
    """
    parts = urlsplit(url)
    if url == "file://":
        return {"BACKEND": "applications.storages.PrivateFolder"}
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme != "s3" or not parts.hostname or set(told) - _OPTIONS:
        raise ImproperlyConfigured(
            "PMP_FILES_URL must be file:// or s3://KEY:SECRET@bucket/prefix, with ?region=, endpoint=, encryption=, kms_key= if need be."
        )
    return {
        "BACKEND": "applications.storages.PrivateBucket",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "location": unquote(parts.path).strip("/"),
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "region_name": told.get("region") or None,
            "endpoint_url": told.get("endpoint") or None,
            "default_acl": None,  # the bucket's own: it must block public access, and its owner owns what is put there
            "file_overwrite": False,
            "gzip": False,
            "max_memory_size": 1024 * 1024,  # what is fetched beyond it stands on the disk, not in memory
            "object_parameters": _encryption(told),
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if told.get("endpoint") else "auto"},
                **_PATIENCE,
            ),
        },
    }


def _encryption(told: dict[str, str]) -> dict[str, str]:
    """What is asked of the bucket for each object; nothing: what the bucket does by itself."""
    wanted, key = told.get("encryption", ""), told.get("kms_key", "")
    if wanted not in ("", "AES256", "aws:kms") or (key and wanted != "aws:kms"):
        raise ImproperlyConfigured("PMP_FILES_URL: encryption is AES256 or aws:kms, and kms_key goes with aws:kms.")
    parameters = {"ServerSideEncryption": wanted, "SSEKMSKeyId": key}
    return {name: value for name, value in parameters.items() if value}
