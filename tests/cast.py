"""The people of the tests, all invented. A function makes an account; the same call twice gives the same one."""

from django.test import Client

from accounts import second_factor
from accounts.models import Role, User
from accounts.policy import needs_second_factor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

CANDIDATES = (
    "Salma Bennis",
    "Youssef El Ouafi",
    "Nadia Cherkaoui",
    "Omar Tazi",
    "Hind Lahlou",
    "Karim Sebti",
    "Imane Ziani",
    "Rachid Ouazzani",
    "Leïla Berrada",
    "Mehdi Alaoui Slimani",
)
JURORS = (
    "Amina Fassi",
    "Driss Benkirane",
    "Samira Guessous",
    "Hassan Kettani",
    "Zineb Mernissi",
    "Anas Skalli",
    "Fouzia Naciri",
)


def account(email: str, full_name: str, role: Role) -> User:
    """The account at ``email``, made on first need."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, full_name=full_name, role=role)


def candidate(n: int = 1) -> User:
    """The n-th candidate, from 1."""
    return account(f"candidat{n}@exemple.example", CANDIDATES[(n - 1) % len(CANDIDATES)], Role.CANDIDATE)


def hr() -> User:
    return account("rh@pmp.example", "Khadija Idrissi", Role.HR)


def second_hr() -> User:
    """The other pair of eyes."""
    return account("rh2@pmp.example", "Jamal Berrechid", Role.HR)


def juror(n: int = 1) -> User:
    """The n-th member of the jury, from 1."""
    return account(f"jury{n}@pmp.example", JURORS[(n - 1) % len(JURORS)], Role.JUROR)


def authority() -> User:
    return account("president@pmp.example", "Abdelhak Raïssouni", Role.AUTHORITY)


def auditor() -> User:
    return account("audit@pmp.example", "Mounia Belkadi", Role.AUDITOR)


def administrator() -> User:
    return account("admin@pmp.example", "Tarik Hajji", Role.ADMINISTRATOR)


def signed_in(user: User) -> Client:
    """A browser in which ``user`` is signed in, by every factor that they need."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    if needs_second_factor(user):
        session = client.session
        second_factor.confirm(session, user)
        session.save()
    return client
