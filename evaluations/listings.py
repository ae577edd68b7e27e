"""The lists that HR and the auditor may take away: what each holds, and from when on.

Nothing here tells who is behind a number before the jury is done with it, nor any member's mark, ever.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Referee
from applications.policy_screening import readable_files
from applications.states import UNSUBMITTED
from evaluations.models import Interview
from evaluations.policy_late import skills_are_closed
from notices.kinds import LABELS
from notices.models import Notice
from postings.models import Posting, Stage

Row = list[Any]
_CHUNK = 2000


@dataclass(frozen=True)
class Listing:
    """One list: its columns, the rows it is made of, and when it opens."""

    name: str
    title: Promise
    columns: tuple[Promise, ...]
    find: Callable[[Posting], QuerySet[Any]]
    tell: Callable[[Any], Row]
    is_open: Callable[[Posting], bool] = lambda posting: True

    def rows(self, found: QuerySet[Any]) -> Iterator[Row]:
        """The cells of each row, read from the database as they are wanted."""
        for row in found.iterator(chunk_size=_CHUNK):
            yield self.tell(row)


def _files(posting: Posting) -> QuerySet[Application]:
    return Application.objects.filter(posting=posting)


def as_files(found: QuerySet[Application]) -> QuerySet[Application]:
    """The files that a list shows, with what its export tells of them. Each once, whatever joins the list was made with."""
    rows = Application.objects.filter(pk__in=found.order_by().values("pk"))
    return rows.select_related("candidate", "screening").order_by("dossier_code")


def _file(file: Application) -> Row:
    """A draft is its candidate's alone: its number and its state, as on HR's list."""
    if file.state in UNSUBMITTED:
        return [file.dossier_code, file.get_state_display(), *[""] * 12]
    screening = getattr(file, "screening", None)
    return [
        file.dossier_code,
        file.get_state_display(),
        file.submitted_at,
        screening.get_ground_display() if screening and screening.ground else "",
        file.family_name,
        file.given_names,
        file.candidate.email,
        file.phone,
        file.city,
        file.current_position,
        file.current_employer,
        file.years_of_experience,
        file.highest_degree,
        file.manifest_sha256,
    ]


def _referees(posting: Posting) -> QuerySet[Referee]:
    files = readable_files().filter(posting=posting).order_by()
    rows = Referee.objects.filter(application__in=files).select_related("application", "request")
    return rows.prefetch_related("verifications").order_by("application__dossier_code", "pk")


def _referee(referee: Referee) -> Row:
    request = getattr(referee, "request", None)
    last = list(referee.verifications.all())[-1:]
    return [
        referee.application.dossier_code,
        referee.name,
        referee.organisation,
        request.get_state_display() if request else "",
        request.asked_at if request else None,
        request.expires_at if request else None,
        request.answered_at if request else None,
        last[0].get_outcome_display() if last else "",
        last[0].get_method_display() if last else "",
    ]


def _interviews(posting: Posting) -> QuerySet[Interview]:
    return Interview.objects.standing().filter(posting=posting).select_related("application").order_by("starts_at")


def _interview(interview: Interview) -> Row:
    file = interview.application
    return [
        interview.starts_at,
        interview.minutes,
        interview.place,
        interview.link,
        file.dossier_code if file else "",
        file.full_name if file else "",
        file.get_state_display() if file else "",
        interview.absent_at,
    ]


def _messages(posting: Posting) -> QuerySet[Notice]:
    return as_messages(Notice.objects.filter(campaign=posting.slug))


def as_messages(found: QuerySet[Notice]) -> QuerySet[Notice]:
    """The messages that a list shows, each once. Never their words: only what became of them."""
    rows = Notice.objects.filter(pk__in=found.order_by().values("pk")).defer("context")
    return rows.annotate(tried=Count("deliveries")).order_by("pk")


def _message(notice: Any) -> Row:
    return [
        notice.subject.partition(":")[2],
        LABELS.get(notice.kind, notice.kind),
        notice.address,
        notice.get_state_display(),
        notice.created_at,
        notice.approved_at,
        notice.released_at,
        notice.sent_at,
        notice.tried,
    ]


def _results(posting: Posting) -> QuerySet[Application]:
    """By number alone. The places come with the minutes, the decision with the authority's act."""
    rows = readable_files().filter(posting=posting).select_related("decision", "ranked__deliberation")
    return rows.prefetch_related("results").order_by("dossier_code")


def _result(file: Application) -> Row:
    totals = {result.stage: result.total for result in file.results.all()}
    ranked = getattr(file, "ranked", None)
    decision = getattr(file, "decision", None)
    final = ranked is not None and ranked.deliberation.frozen_at is not None
    return [
        file.dossier_code,
        file.get_state_display(),
        totals.get(Stage.SKILLS),
        totals.get(Stage.INTERVIEW),
        ranked.total if ranked and final else None,
        ranked.rank if ranked and final else None,
        decision.get_outcome_display() if decision else "",
        decision.rank if decision else None,
    ]


def _listed(listings: Iterable[Listing]) -> dict[str, Listing]:
    return {listing.name: listing for listing in listings}


LISTINGS = _listed(
    [
        Listing(
            "dossiers",
            _("dossiers"),
            (
                _("Dossier"), _("État"), _("Déposé le"), _("Motif d’irrecevabilité"), _("Nom"), _("Prénoms"),
                _("Adresse électronique"), _("Téléphone"), _("Ville"), _("Fonction"), _("Employeur"),
                _("Années d’expérience"), _("Diplôme"), _("Empreinte du manifeste"),
            ),
            lambda posting: as_files(_files(posting)),
            _file,
        ),
        Listing(
            "references",
            _("références"),
            (
                _("Dossier"), _("Référent"), _("Organisme"), _("Demande"), _("Demandée le"), _("Expire le"),
                _("Reçue le"), _("Vérification"), _("Moyen"),
            ),
            _referees,
            _referee,
        ),
        Listing(
            "entretiens",
            _("entretiens"),
            (
                _("Début"), _("Minutes"), _("Lieu"), _("Lien"), _("Dossier"), _("Candidat"), _("État"),
                _("Absence constatée le"),
            ),
            _interviews,
            _interview,
        ),
        Listing(
            "envois",
            _("envois"),
            (
                _("Dossier"), _("Message"), _("Adresse"), _("État"), _("Préparé le"), _("Approuvé le"), _("Libéré le"),
                _("Envoyé le"), _("Essais"),
            ),
            _messages,
            _message,
        ),
        Listing(
            "resultats",
            _("résultats, par numéro de dossier"),
            (
                _("Dossier"), _("État"), _("Compétences"), _("Entretien"), _("Total"), _("Rang"), _("Décision"),
                _("Rang sur la liste complémentaire"),
            ),
            _results,
            _result,
            skills_are_closed,
        ),
    ]
)  # fmt: skip

#: The lists of HR's admin whose filters an export follows, by the name of their export.
FILTERED: dict[str, tuple[type[Model], Callable[[QuerySet[Any]], QuerySet[Any]]]] = {
    "dossiers": (Application, as_files),
    "envois": (Notice, as_messages),
}
