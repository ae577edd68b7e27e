"""One act on many files: prepared, read in a summary, confirmed, then done file by file, each in its own transaction.

Nothing is half done in silence: each file ends done or left out with a reason, and a run that was cut short is taken up by
the next worker where it stood. A small run is done at once by who confirmed it.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications import officers, screening
from applications.bulk_forecast import reason
from applications.exchanges import pieces
from applications.models import Application, BulkAct, BulkItem, BulkOutcome, BulkRun
from applications.screening import authorise
from applications.states import UNSUBMITTED, State
from journal import clock
from journal.append import append
from postings.models import DocumentRequirement

logger = logging.getLogger(__name__)
#: Done at once; more is the worker's.
SMALL = 30
BATCH = 20
LEASE, SLICE = timedelta(minutes=2), timedelta(seconds=5)
#: A run that nobody confirmed is nothing: it goes.
STALE = timedelta(days=1)


def prepare(*, act: str, applications: QuerySet[Application], by: User) -> BulkRun:
    """Set the chosen files aside for an act. Nothing is done yet, and nothing journaled.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for an unknown act, or files of none or several campaigns.
    """
    authorise(by)
    if act not in BulkAct.values:
        raise ValidationError(_("Cet acte n’existe pas."))
    files = applications.exclude(state__in=sorted(UNSUBMITTED)).order_by()
    postings = list(files.values_list("posting", flat=True).distinct()[:2])
    if not postings:
        raise ValidationError(_("Aucun dossier déposé dans votre choix : un brouillon n’est qu’à son auteur."))
    if len(postings) > 1:
        raise ValidationError(_("Choisissez les dossiers d’un seul avis."))
    with transaction.atomic():
        run = BulkRun.objects.create(posting_id=postings[0], act=act, by=by, prepared_at=clock.real())
        keys = files.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
        BulkItem.objects.bulk_create((BulkItem(run=run, application_id=pk) for pk in keys), batch_size=2000)
    return run


def check_terms(*, run: BulkRun, terms: Mapping[str, Any]) -> dict[str, Any]:
    """What the act needs to know, in plain JSON. Raises ValidationError by field."""
    if run.act == BulkAct.ADMIT:
        return {}
    hr = {officer.pk for officer in officers.officers()}
    if run.act == BulkAct.ASSIGN:
        if terms.get("officer") not in hr:
            raise ValidationError({"officer": _("Choisissez un agent du bureau.")})
        return {"officer": terms["officer"]}
    if run.act == BulkAct.SHARE:
        chosen = sorted(set(terms.get("officers") or ()))
        if not chosen or not set(chosen) <= hr:
            raise ValidationError({"officers": _("Choisissez au moins un agent du bureau.")})
        return {"officers": chosen}
    if not DocumentRequirement.objects.filter(pk=terms.get("requirement") or 0, posting=run.posting_id).exists():
        raise ValidationError({"requirement": _("Choisissez une pièce de l’avis.")})
    if not str(terms.get("message") or "").strip():
        raise ValidationError({"message": _("Dites au candidat ce qu’il doit envoyer, et pourquoi.")})
    if not 1 <= int(terms.get("days") or 0) <= pieces.MOST_DAYS:
        raise ValidationError({"days": _("Indiquez un délai de 1 à %(most)s jours.") % {"most": pieces.MOST_DAYS}})
    return {"requirement": terms["requirement"], "message": terms["message"].strip(), "days": int(terms["days"])}


def confirm(*, run: BulkRun, terms: Mapping[str, Any], by: User) -> BulkRun:
    """Have it done; once. A small run is done when this returns, a longer one by the worker.

    Raises PermissionDenied for anyone but who prepared it, ValidationError by field for terms that won't do.
    """
    authorise(by)
    if run.by_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        locked = BulkRun.objects.select_for_update(of=("self",)).select_related("posting", "by").get(pk=run.pk)
        if locked.confirmed_at:
            return locked
        locked.terms, locked.confirmed_at = check_terms(run=locked, terms=terms), clock.now()
        locked.save(update_fields=["terms", "confirmed_at"])
        count = locked.items.count()
        facts = {"act": locked.act, "count": count}
        append("bulk.confirmed", at=locked.confirmed_at, actor=by.actor, subject=locked.posting.subject, facts=facts)
    if count <= SMALL:
        work(locked)
    return locked


def run_due() -> bool:
    """Take up the oldest run that was confirmed, isn't finished and is nobody's, for a slice of time; whether there was one.

    A sweep: cut short, it goes on where it stood. A slice is short, since the same workers close intake to the second.
    """
    due = BulkRun.objects.filter(confirmed_at__isnull=False, finished_at=None).select_related("posting", "by")
    return any(work(run) for run in due.order_by("confirmed_at", "pk"))


def discard_stale() -> int:
    """Let go of what was prepared and not confirmed for a day."""
    return BulkRun.objects.filter(confirmed_at=None, prepared_at__lt=clock.real() - STALE).delete()[0]


def work(run: BulkRun) -> bool:
    """Do as much of a run as a slice of time allows; whether it was this worker's to do."""
    if not _claim(run):
        return False
    until, deal = clock.real() + SLICE, _Deal(run)
    rows = run.items.filter(outcome="").select_related("application__posting", "application__candidate").order_by("pk")
    while items := list(rows[:BATCH]):
        for item in items:
            _turn(item, run, deal)
        now = clock.real()
        if now >= until:
            break
        BulkRun.objects.filter(pk=run.pk).update(leased_until=now + LEASE)
    left = rows.exists()
    BulkRun.objects.filter(pk=run.pk).update(leased_until=None, finished_at=None if left else clock.now())
    return True


def _claim(run: BulkRun) -> bool:
    """Whether no other worker has it; one that died loses it after a while."""
    now = clock.real()
    free = BulkRun.objects.filter(pk=run.pk, confirmed_at__isnull=False, finished_at=None)
    return bool(free.filter(Q(leased_until=None) | Q(leased_until__lt=now)).update(leased_until=now + LEASE))


class _Deal:
    """Who gets the next file, of those among whom files are shared: whoever has the fewest to screen."""

    def __init__(self, run: BulkRun) -> None:
        named = run.terms.get("officers") or [run.terms.get("officer")]
        self.people = {officer.pk: officer for officer in officers.officers() if officer.pk in named}
        waiting = Application.objects.filter(posting=run.posting_id, state=State.SUBMITTED, officer__in=self.people)
        self.load = Counter(dict(waiting.order_by().values_list("officer").annotate(Count("pk"))))
        self.requirement = DocumentRequirement.objects.filter(pk=run.terms.get("requirement") or 0).first()

    def next(self) -> User:
        if not self.people:
            raise ValidationError(_("Cette personne ne travaille plus sur les dossiers."))
        return min(self.people.values(), key=lambda officer: self.load[officer.pk])


def _turn(item: BulkItem, run: BulkRun, deal: _Deal) -> None:
    """One file: the act and its outcome stand together, or neither does."""
    outcome, why = BulkOutcome.DONE, ""
    try:
        with transaction.atomic():
            if why := reason(run, item.application):
                outcome = BulkOutcome.LEFT_OUT
            else:
                _act(item.application, run, deal)
            _settle(item, outcome, why)
        return
    except ValidationError as error:
        why = " ".join(error.messages)
    except PermissionDenied:
        why = _("vous n’avez plus le droit de faire cet acte")
    except Exception:
        logger.exception("An act on many files failed for one: run %s, item %s", run.pk, item.pk)
        why = _("une erreur technique l’a empêché ; rien n’est fait pour ce dossier")
    _settle(item, BulkOutcome.LEFT_OUT, why)


def _settle(item: BulkItem, outcome: str, why: str) -> None:
    BulkItem.objects.filter(pk=item.pk).update(outcome=outcome, why=why[:300], at=clock.now())


def _act(application: Application, run: BulkRun, deal: _Deal) -> None:
    if run.act == BulkAct.ADMIT:
        screening.admit(application=application, by=run.by)
    elif run.act in (BulkAct.ASSIGN, BulkAct.SHARE):
        officer = deal.next()
        officers.assign(application=application, officer=officer, by=run.by)
        deal.load[officer.pk] += 1
    elif deal.requirement is not None:
        terms = run.terms
        pieces.ask(
            application=application,
            requirement=deal.requirement,
            message=terms["message"],
            days=terms["days"],
            by=run.by,
        )
