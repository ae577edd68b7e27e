"""How the office's list of files is narrowed: each filter is an existence in a small table, never a join that repeats a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.models import Answered, Application, Check, LateAttempt, PieceRequest, RefusalProposal, Verdict
from applications.officers import officers
from applications.policy_screening import with_lines
from applications.states import IN_PLAY, State
from journal import clock

Files = QuerySet[Application]


class Choice(admin.SimpleListFilter):
    """A filter of a few named choices."""

    choices_named: tuple[tuple[str, Any], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.choices_named)

    def narrow(self, files: Files, chosen: str, request: HttpRequest) -> Files:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: Files) -> Files:
        chosen = self.value()
        return self.narrow(queryset, chosen, request) if chosen in dict(self.choices_named) else queryset


class LateFilter(Choice):
    title = _("tentative tardive")
    parameter_name = "tardive"
    choices_named = (("oui", _("oui")),)

    def narrow(self, files: Files, chosen: str, request: HttpRequest) -> Files:
        return files.filter(Exists(LateAttempt.objects.filter(application=OuterRef("pk"))))


class OfficerFilter(admin.SimpleListFilter):
    """The reader's own files, those of nobody, those of a colleague."""

    title = _("agent chargé")
    parameter_name = "agent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = [(str(officer.pk), str(officer)) for officer in officers().exclude(pk=request.user.pk or 0)]
        return [("moi", _("moi")), ("personne", _("personne")), *others]

    def queryset(self, request: HttpRequest, queryset: Files) -> Files:
        chosen = self.value()
        if chosen == "moi":
            return queryset.filter(officer=request.user.pk)
        if chosen == "personne":
            return queryset.filter(officer=None)
        return queryset.filter(officer=int(chosen)) if chosen and chosen.isdecimal() and len(chosen) < 18 else queryset


class CheckFilter(Choice):
    title = _("grille de contrôle")
    parameter_name = "grille"
    choices_named = (
        ("vierge", _("non commencée")),
        ("conforme", _("entièrement conforme")),
        ("alever", _("pièce manquante ou douteuse")),
    )

    def narrow(self, files: Files, chosen: str, request: HttpRequest) -> Files:
        of_file = Check.objects.filter(application=OuterRef("pk"))
        if chosen == "conforme":
            return with_lines(files).filter(lines_fine=F("lines_asked"))
        return files.filter(~Exists(of_file) if chosen == "vierge" else Exists(of_file.exclude(verdict=Verdict.OK)))


class SecondLookFilter(Choice):
    """Refusals that wait for another pair of eyes; ``moi``: that this reader may give it."""

    title = _("second regard")
    parameter_name = "regard"
    choices_named = (
        ("attendu", _("attendu")),
        ("moi", _("attendu de moi")),
        ("deux", _("attendu d’un collègue")),
        ("renvoye", _("refus qui m’est renvoyé")),
    )

    def narrow(self, files: Files, chosen: str, request: HttpRequest) -> Files:
        proposals = RefusalProposal.objects.filter(application=OuterRef("pk"))
        waiting = proposals.filter(answered="")
        found = {
            "attendu": Exists(waiting),
            "moi": Exists(waiting.exclude(by=request.user.pk)),
            "deux": Exists(waiting.filter(by=request.user.pk)),
            "renvoye": Exists(proposals.filter(answered=Answered.SENT_BACK, by=request.user.pk)) & ~Exists(waiting),
        }
        return files.filter(found[chosen], state=State.SUBMITTED)


class WaitingFilter(admin.SimpleListFilter):
    """What waits for an answer from the office; of a file that was withdrawn, nothing does."""

    title = _("réponse")
    parameter_name = "reponse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("attendue", _("attendue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        over = {State.WITHDRAWN, State.LAPSED}
        waiting = queryset.filter(answered_at=None).exclude(application__state__in=over)
        return waiting if self.value() == "attendue" else queryset


class PieceFilter(Choice):
    title = _("pièce demandée")
    parameter_name = "piece"
    choices_named = (
        ("attendue", _("attendue")),
        ("recue", _("reçue, à classer")),
        ("retard", _("non reçue à temps")),
    )

    def narrow(self, files: Files, chosen: str, request: HttpRequest) -> Files:
        asked = PieceRequest.objects.filter(suite(chosen)(), application=OuterRef("pk"))
        return files.filter(Exists(asked), state__in=sorted(IN_PLAY))


def suite(chosen: str) -> Callable[[], Q]:
    """Where a request for a piece stands, by the clock of record at the time of asking."""
    return {
        "attendue": lambda: Q(answered_at=None, due_at__gt=clock.now()),
        "recue": lambda: Q(answered_at__isnull=False, settled_at=None),
        "retard": lambda: Q(answered_at=None, settled_at=None, due_at__lte=clock.now()),
    }[chosen]
