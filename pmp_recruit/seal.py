"""The electronic seal (cachet électronique) of the documents that leave, as the environment gives it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from pmp_recruit import env


def from_environment(*, rehearsal: bool) -> dict[str, Any]:
    """What ``settings.PMP_SEAL`` holds; ``notices.seal_certificate`` reads the certificates.

    Raises ImproperlyConfigured, too, when a rehearsal would be given the institution's own seal: what it invents would
    leave under it.
    """
    found: dict[str, Any] = {
        "key_bundle": env.content("PMP_SEAL"),
        "password": env.text("PMP_SEAL_PASSWORD"),
        "former": env.text("PMP_SEAL_FORMER").replace("\\n", "\n"),
        "required": env.flag("PMP_SEAL_REQUIRED"),
        "tsa": env.text("PMP_SEAL_TSA"),
        "tsa_roots": env.text("PMP_SEAL_TSA_ROOTS").replace("\\n", "\n"),
    }
    if rehearsal and (found["key_bundle"] or found["required"]):
        raise ImproperlyConfigured(
            "A rehearsal seals with a demonstration authority of its own: unset PMP_SEAL and PMP_SEAL_REQUIRED."
        )
    if found["tsa"] and urlsplit(found["tsa"]).scheme not in ("http", "https"):
        raise ImproperlyConfigured("PMP_SEAL_TSA must be an address in http or https.")
    return found


def is_there_if_required(seal: dict[str, Any]) -> bool:
    """Whether there is a certificate, where one is required; whether it is valid is looked at when the site starts."""
    return bool(seal["key_bundle"]) or not seal["required"]
