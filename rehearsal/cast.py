"""The demonstration accounts: invented people, one for each part, that a rehearsal lets anyone play."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.policy import needs_second_factor
from accounts.roles import open_account
from evaluations.models import Panel
from evaluations.panels import MemberSeat, compose
from postings.models import Posting
from rehearsal import codes
from rehearsal.policy import is_rehearsal


@dataclass(frozen=True)
class Part:
    """One demonstration account; ``does`` says in French what it is for."""

    name: str
    full_name: str
    role: Role
    does: str
    chair: bool = False
    outsider: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@repetition.example"


CANDIDATES = (
    Part("candidate", "Safae El Mansouri", Role.CANDIDATE, gettext_noop("Prépare et dépose une candidature.")),
    Part("candidat", "Ilyas Benjelloun", Role.CANDIDATE, gettext_noop("Un second candidat, pour comparer.")),
)
HR = Part(
    "rh", "Loubna Tahiri", Role.HR_HEAD, gettext_noop("Conduit la campagne, avance l’horloge, approuve les lettres.")
)
OFFICER = Part(
    "gestionnaire",
    "Adil Bouzidi",
    Role.HR,
    gettext_noop("Instruit les dossiers, relit les refus proposés ; n’approuve ni lettre ni report."),
)
SECRETARY = Part(
    "secretariat",
    "Houda Mekki",
    Role.SECRETARY,
    gettext_noop("Convoque le jury et les candidats, sans lire les dossiers."),
)
JURORS = (
    Part("presidente-du-jury", "Naïma Belhaj", Role.JUROR, gettext_noop("Préside le jury."), chair=True),
    Part("jury-2", "Abdellatif Rhazi", Role.JUROR, gettext_noop("Membre du jury.")),
    Part("jury-3", "Ghita Bouayad", Role.JUROR, gettext_noop("Membre du jury.")),
    Part("jury-4", "Noureddine Saïdi", Role.JUROR, gettext_noop("Membre extérieur du jury."), outsider=True),
    Part("jury-5", "Wafae Lamrani", Role.JUROR, gettext_noop("Membre extérieure du jury."), outsider=True),
)
SUBSTITUTES = (
    Part(
        "suppleante",
        "Btissam Ghallab",
        Role.JUROR,
        gettext_noop("Suppléante extérieure : siège si un membre ne le peut plus."),
        chair=True,
        outsider=True,
    ),
)
AUTHORITY = Part(
    "autorite", "Moulay Hafid Cherradi", Role.AUTHORITY, gettext_noop("Décide, au vu de la proposition du jury.")
)
AUDITOR = Part("audit", "Rim Ouahbi", Role.AUDITOR, gettext_noop("Lit tout, ne change rien."))
ADMINISTRATOR = Part(
    "administration", "Samir Chafik", Role.ADMINISTRATOR, gettext_noop("Ouvre les comptes, ne voit aucun dossier.")
)
OFFICE = (HR, OFFICER, SECRETARY, AUTHORITY, AUDITOR, ADMINISTRATOR)
CAST = (*CANDIDATES, *JURORS, *SUBSTITUTES, *OFFICE)


def enter(part: Part) -> User:
    """The account of a part, opened on first need. Raises PermissionDenied outside a rehearsal."""
    if not is_rehearsal():
        raise PermissionDenied
    account = open_account(email=part.email, full_name=part.full_name, role=part.role)
    if needs_second_factor(account):
        codes.equip(account)
    return account


def seat_panel(posting: Posting) -> Panel:
    """The posting's jury: as HR composed it, otherwise the five jurors of the cast and their substitute."""
    panel = Panel.objects.filter(posting=posting).first()
    if panel is not None:
        return panel
    seats, ready = (
        [MemberSeat(user=enter(part), chair=part.chair, outsider=part.outsider) for part in parts]
        for parts in (JURORS, SUBSTITUTES)
    )
    return compose(posting=posting, members=seats, substitutes=ready, by=enter(HR))


def assemble() -> list[User]:
    """Every account of the cast; the same call twice changes nothing. Raises PermissionDenied outside a rehearsal."""
    return [enter(part) for part in CAST]
