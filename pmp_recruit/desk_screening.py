"""What the screening waits for, and from whom: the desk's lines for the person who reads them, in a constant number of queries."""

from collections import defaultdict

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policy import Visitor, is_hr
from applications.models import Answered, Application, BulkRun, ErasureRequest, RefusalProposal
from applications.states import State

Line = tuple[str, str]
FILES = "admin:applications_application_changelist"


def waiting(user: Visitor) -> dict[int, list[Line]]:
    """By posting: the person's own files first, then what each waits for."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for found in (_screening(user), _erasures(), _runs()):
        for posting, more in found.items():
            lines[posting] += more
    return lines


def _list(posting: int, query: str) -> str:
    return f"{reverse(FILES)}?{query}&posting__id__exact={posting}"


def _screening(user: Visitor) -> dict[int, list[Line]]:
    """The auditor has no file of their own, and gives no second look."""
    me = user.pk if isinstance(user, User) and is_hr(user) else 0
    proposals = RefusalProposal.objects.filter(application=OuterRef("pk"))
    rows = Application.objects.filter(state=State.SUBMITTED, posting__closed_at__isnull=False).annotate(
        proposed=Exists(proposals.filter(answered="")),
        for_me=Exists(proposals.filter(answered="").exclude(by=me)),
        back=Exists(proposals.filter(answered=Answered.SENT_BACK, by=me)),
    )
    of_posting = (
        rows.order_by()
        .values_list("posting")
        .annotate(
            mine=Count("pk", filter=Q(officer=me)),
            looks=Count("pk", filter=Q(for_me=True)),
            waiting=Count("pk", filter=Q(proposed=True)),
            sent_back=Count("pk", filter=Q(back=True, proposed=False)),
        )
    )
    return {posting: _words(posting, *counts, acts=bool(me)) for posting, *counts in of_posting}


def _words(posting: int, mine: int, looks: int, waiting: int, sent_back: int, *, acts: bool) -> list[Line]:
    others = waiting - looks if acts else waiting
    lines = [
        (
            mine,
            ngettext("dossier à examiner vous est confié", "dossiers à examiner vous sont confiés", mine),
            "agent=moi&state__exact=submitted",
        ),
        (
            looks if acts else 0,
            ngettext("refus attend votre second regard", "refus attendent votre second regard", looks),
            "regard=moi",
        ),
        (
            others,
            ngettext("refus proposé attend un second regard", "refus proposés attendent un second regard", others),
            "regard=deux" if acts else "regard=attendu",
        ),
        (
            sent_back,
            ngettext("refus vous est renvoyé", "refus vous sont renvoyés", sent_back),
            "regard=renvoye",
        ),
    ]
    return [(f"{n} {words}", _list(posting, query)) for n, words, query in lines if n]


def _erasures() -> dict[int, list[Line]]:
    page = reverse("admin:applications_erasurerequest_changelist")
    rows = ErasureRequest.objects.filter(answered_at=None).order_by()
    found = rows.values_list("application__posting").annotate(Count("pk"))
    return {
        posting: [
            (
                f"{n} {ngettext('demande d’effacement à répondre', 'demandes d’effacement à répondre', n)}",
                f"{page}?reponse=attendue&application__posting__id__exact={posting}",
            )
        ]
        for posting, n in found
    }


def _runs() -> dict[int, list[Line]]:
    """Acts on many files that a worker is still doing."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for run in BulkRun.objects.filter(confirmed_at__isnull=False, finished_at=None):
        address = reverse("admin:applications_bulkrun", args=[run.public_id])
        words = _("Acte groupé en cours : %(act)s") % {"act": run.get_act_display()}
        lines[run.posting_id].append((words, address))
    return lines
