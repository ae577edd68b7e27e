"""Is the electronic seal as it must be? Looked at when a process starts, and by ``manage.py doctor``."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notices import seal_certificate

#: A certification authority takes weeks to renew.
WARN_BEFORE = timedelta(days=45)


def refuse_unless_usable() -> None:
    """Raise ImproperlyConfigured for a seal that can't be read; and, where one is required, for one that isn't valid now.

    Without that requirement an expired one stops nothing: documents leave without a seal and say so.
    """
    seal = settings.PMP_SEAL
    seal_certificate.certificates(seal["former"], "PMP_SEAL_FORMER")
    seal_certificate.certificates(seal["tsa_roots"], "PMP_SEAL_TSA_ROOTS")
    if settings.PMP_REHEARSAL:
        return
    material = seal_certificate.current()
    if seal["required"] and material is None:
        raise ImproperlyConfigured("PMP_SEAL_REQUIRED is set without PMP_SEAL.")
    if seal["required"] and material is not None and not material.valid_at(datetime.now(UTC)):
        until = material.certificate.not_valid_after_utc
        raise ImproperlyConfigured(
            f"PMP_SEAL_REQUIRED is set, and the certificate isn't valid now (until {until:%Y-%m-%d})."
        )


def expiry_problems(now: datetime | None = None) -> list[str]:
    """What is wrong with the certificate of the seal, or soon will be; for ``manage.py doctor``. Empty: nothing.

    No certificate at all is a choice, and no problem; a rehearsal's own is none either.
    """
    moment = now or datetime.now(UTC)
    material = None if settings.PMP_REHEARSAL else seal_certificate.current()
    if material is None:
        return []
    since, until = material.certificate.not_valid_before_utc, material.certificate.not_valid_after_utc
    if moment < since:
        return [f"The certificate of the electronic seal is valid only from {since:%Y-%m-%d}."]
    if moment > until:
        return [f"The certificate of the electronic seal expired on {until:%Y-%m-%d}: documents leave without a seal."]
    if until - moment < WARN_BEFORE:
        days = (until - moment).days
        return [f"The certificate of the electronic seal expires on {until:%Y-%m-%d}, in {days} days: have it renewed."]
    return []
