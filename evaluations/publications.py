"""Publishing lists of candidates: one of HR prepares, another confirms, a reason corrects or withdraws.

When a list shows is :mod:`evaluations.showing`'s: never before its time, nor before everyone it tells of has their letter.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from evaluations import listing
from evaluations.models import ListStage, Publication, PublicationLine
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting, Published


class ListRefused(Exception):
    """The list's own state doesn't allow the act. Its words say why."""


def publish_list(*, posting: Posting, stage: str, at: datetime, by: User, reason: str = "") -> Publication:
    """Prepare a list, or a new version of it, to show at ``at`` once another of HR confirms it.

    Raises PermissionDenied unless ``by`` is HR; ListRefused while a version waits to be confirmed; ValidationError where the
    posting publishes nothing, for a time that is past, while there is nothing to list, or for a correction without reason.
    """
    _only_hr(by)
    if stage not in ListStage.values:
        raise ValidationError({"stage": _("Choisissez une liste.")})
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        now, known = clock.now(), Publication.objects.filter(posting=posting, stage=stage)
        if known.filter(confirmed_at=None, withdrawn_at=None).exists():
            raise ListRefused(_("Une version de cette liste attend déjà d’être confirmée, ou abandonnée."))
        version = known.count() + 1
        _refuse_input(
            posting, at, now, reason=reason.strip(), corrects=known.filter(confirmed_at__isnull=False).exists()
        )
        return _store(posting, stage, version, at, now, by=by, reason=reason.strip())


def _refuse_input(posting: Posting, at: datetime, now: datetime, *, reason: str, corrects: bool) -> None:
    if posting.publication == Published.NONE:
        raise ValidationError(_("Les règles de cet avis ne prévoient aucune publication de listes."))
    if at < now:
        raise ValidationError({"hour": _("Cette heure est passée : une liste se publie à une heure à venir.")})
    if corrects and not reason:
        raise ValidationError({"reason": _("Dites pourquoi la liste est corrigée : le public lira ces mots.")})


def _store(
    posting: Posting, stage: str, version: int, at: datetime, now: datetime, *, by: User, reason: str
) -> Publication:
    lines = listing.lines_of(posting, stage)
    digest = listing.fingerprint(listing.text(posting, stage, version, lines))
    publication = Publication.objects.create(
        posting=posting,
        stage=stage,
        version=version,
        names=posting.publication == Published.NAMES,
        at=at,
        count=len(lines),
        sha256=digest,
        # A first version that was given up before anyone read it is replaced without a word.
        reason=reason or ("" if version == 1 else _("Nouvelle préparation, avant toute publication.")),
        prepared_by=by,
        prepared_at=now,
    )
    for line in lines:
        line.publication = publication
    PublicationLine.objects.bulk_create(lines, batch_size=1000)
    facts = {"stage": stage, "version": version, "at": at, "count": len(lines), "sha256": digest}
    append("publication.prepared", at=now, actor=by.actor, subject=posting.subject, facts=facts)
    return publication


def confirm_list(*, publication: Publication, by: User) -> Publication:
    """Let a prepared list show at its time. Confirming twice is once.

    Raises PermissionDenied unless ``by`` is HR; ListRefused for the one who prepared it, once it is withdrawn, or when the
    record has changed since: another list must be prepared.
    """
    _only_hr(by)
    with transaction.atomic():
        row = _locked(publication)
        if row.withdrawn_at:
            raise ListRefused(_("Cette liste est retirée."))
        if row.confirmed_at:
            return row
        if row.prepared_by_id == by.pk:
            raise ListRefused(_("Vous avez préparé cette liste : une autre personne la confirme."))
        current = listing.text(row.posting, row.stage, row.version, listing.lines_of(row.posting, row.stage))
        if listing.fingerprint(current) != row.sha256:
            raise ListRefused(
                _("Le relevé a changé depuis la préparation : abandonnez cette liste et préparez-en une autre.")
            )
        row.confirmed_by, row.confirmed_at = by, clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        append(
            "publication.confirmed", at=row.confirmed_at, actor=by.actor, subject=row.posting.subject, facts=_facts(row)
        )
    return row


def withdraw_list(*, publication: Publication, reason: str, by: User) -> Publication:
    """Take a list down, or give up one that was only prepared; the page then says so, and why.

    Raises PermissionDenied unless ``by`` is HR; ValidationError without a reason; ListRefused when it is withdrawn already.
    """
    _only_hr(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : le public lira ces mots.")})
    with transaction.atomic():
        row = _locked(publication)
        if row.withdrawn_at:
            raise ListRefused(_("Cette liste est déjà retirée."))
        row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, clock.now(), reason.strip()
        row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
        append(
            "publication.withdrawn", at=row.withdrawn_at, actor=by.actor, subject=row.posting.subject, facts=_facts(row)
        )
    return row


def _only_hr(by: User) -> None:
    if not is_hr(by):
        raise PermissionDenied


def _locked(publication: Publication) -> Publication:
    hold_exclusive(publication.posting)
    rows = Publication.objects.select_for_update(of=("self",)).select_related("posting")
    return rows.get(pk=publication.pk)


def _facts(row: Publication) -> dict[str, Any]:
    return {"stage": row.stage, "version": row.version, "sha256": row.sha256}
