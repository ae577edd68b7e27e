"""The final report on the proceedings: previewed by HR, issued once the decision is notified, drawn and stored once."""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from evaluations.models import FinalReport, Ruling
from evaluations.policy_closing import decision_is_notified
from evaluations.report_record import compile_record
from evaluations.report_words import words
from journal import clock
from journal.append import append, canonical
from notices import letters
from postings.locks import hold_exclusive
from postings.models import Posting

_TEMPLATE = "evaluations/final_report.html"


def preview(*, ruling: Ruling, by: User) -> bytes:
    """The report as it would be issued now, marked as a draft and stored nowhere. Raises PermissionDenied unless HR."""
    if not is_hr(by):
        raise PermissionDenied
    return letters.pdf(_TEMPLATE, {**words(compile_record(ruling)), "draft": True, "at": clock.now(), "by": by})


def issue(*, posting: Posting, by: User) -> FinalReport:
    """Freeze the report's record, then draw it. Issued before, it is the one that was; twice is once.

    Raises PermissionDenied unless ``by`` is HR; ValidationError while a decision letter has not been released.
    """
    if not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        report = FinalReport.objects.filter(posting=posting).first()
        if report is None:
            if not decision_is_notified(posting):
                raise ValidationError(_("Le rapport final est établi une fois la décision notifiée à tous."))
            ruling = Ruling.objects.select_related("posting", "by", "prepared_by").get(posting=posting)
            record, at = compile_record(ruling), clock.now()
            report = FinalReport.objects.create(posting=posting, record=record, by=by, at=at)
            facts = {"record_sha256": record_sha256(record)}
            append("report.issued", at=at, actor=by.actor, subject=posting.subject, facts=facts)
    return draw(report=report)


def record_sha256(record: dict[str, Any]) -> str:
    """The hash of the record's one canonical text."""
    return hashlib.sha256(canonical(record).encode()).hexdigest()


def draw(*, report: FinalReport) -> FinalReport:
    """Draw up and store the report that was issued, once; call it again after a crash."""
    if report.sha256:
        return report
    content = letters.pdf(_TEMPLATE, {**words(report.record), "at": report.at, "by": report.by})
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        locked = FinalReport.objects.select_for_update(of=("self",)).select_related("posting").get(pk=report.pk)
        if locked.sha256:
            return locked
        # The file first: a row never names a file that isn't there.
        locked.file.save(f"{digest}.pdf", ContentFile(content), save=False)
        locked.sha256 = digest
        locked.save(update_fields=["file", "sha256"])
        facts = {"sha256": digest}
        append("report.rendered", at=clock.now(), actor="system", subject=locked.posting.subject, facts=facts)
    return locked


def read(report: FinalReport) -> bytes:
    """The stored bytes of the report. Raises ValueError when they are not those that were drawn up."""
    return letters.read_drawn(report.file, report.sha256, "The stored report is not the one that was drawn up.")
