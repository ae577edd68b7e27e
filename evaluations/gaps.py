"""Two markers far apart on one file: they talk, and what they conclude is recorded before the stage closes."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from evaluations.models import Discussion, StageClosing
from evaluations.policy import may_compare
from evaluations.ranking import spread
from evaluations.results import sealed_totals
from journal import clock
from journal.append import append


def gap(application: Application, stage: str) -> Decimal:
    """The exact difference between the highest and the lowest weighted total of the sealed sheets."""
    return spread(sealed_totals(application.posting, stage, [application])[application.pk])


def discuss_gap(*, application: Application, stage: str, outcome: str, by: User) -> Discussion:
    """Record what the markers concluded on a gap above the posting's threshold. Marks change only by reopening a sheet.

    Recording twice keeps the first. Raises PermissionDenied unless ``by`` marked the file or presides over it and all
    its sheets are sealed, ValidationError without a conclusion, without such a gap, or once the stage is closed.
    """
    if not may_compare(by, application, stage):
        raise PermissionDenied
    if not outcome.strip():
        raise ValidationError({"outcome": _("Résumez la conclusion de votre échange.")})
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)
        known = Discussion.objects.filter(application=locked, stage=stage).first()
        if known is not None:
            return known
        if StageClosing.objects.filter(posting=locked.posting, stage=stage).exists():
            raise ValidationError(_("L'étape est close."))
        distance = gap(locked, stage)
        if distance <= locked.posting.gap_threshold:
            raise ValidationError(_("L'écart entre les notes ne dépasse pas le seuil : il n'y a rien à consigner."))
        at = clock.now()
        facts = {"stage": str(stage), "gap": distance}
        append("gap.discussed", at=at, actor=by.actor, subject=locked.subject, facts=facts)
        rounded = distance.quantize(Decimal("0.0001"))
        return Discussion.objects.create(
            application=locked,
            stage=stage,
            gap=rounded,
            outcome=outcome.strip(),
            by=by,
            at=at,
        )
