"""People: one account, one role. Separation of duties starts here."""

import uuid
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account is for; never two at once."""

    CANDIDATE = "candidate", _("candidat")
    HR = "hr", _("gestionnaire des ressources humaines")
    HR_HEAD = "hr_head", _("responsable des ressources humaines")
    SECRETARY = "secretary", _("secrétaire du jury")
    JUROR = "juror", _("membre du jury")
    AUTHORITY = "authority", _("autorité de nomination")
    AUDITOR = "auditor", _("auditeur")
    ADMINISTRATOR = "administrator", _("administrateur")


#: Roles that enter Django's admin. The secretary has pages of their own: the admin is where files are read.
STAFF_ROLES = frozenset({Role.HR, Role.HR_HEAD, Role.AUDITOR, Role.ADMINISTRATOR})


class UserManager(BaseUserManager["User"]):
    """Accounts are made by :mod:`accounts.signin` and :mod:`accounts.roles`, through here."""

    def create_user(self, email: str, **fields: Any) -> "User":
        """An account that signs in by a code sent to ``email``: no password is usable."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom complet"), max_length=150, blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, default=Role.CANDIDATE)
    is_active = models.BooleanField(_("actif"), default=True)
    date_joined = models.DateTimeField(_("ouvert le"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_user_role_known"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def actor(self) -> str:
        """The journal's name of this person: it tells nothing once the account is gone."""
        return f"user:{self.public_id}"

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_superuser(self) -> bool:
        """Nobody is: every right comes from a policy."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions open nothing: admins ask the policies."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Session(AbstractBaseSession):
    """A browser's session, and what lets its person recognise it. No network address is kept, nor the browser's full name.

    Times are the machine's, not the clock of record's: nothing here has a legal effect.
    """

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(_("appareil"), max_length=60, blank=True)
    signed_in_at = models.DateTimeField(_("connecté le"), null=True, blank=True)
    seen_at = models.DateTimeField(_("dernière activité"), null=True, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return self.device

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class CodeGuard(models.Model):
    """What keeps a person's second factor from being guessed, or given twice. Times are the machine's.

    ``last_step`` is the thirty-second step of the last code accepted: no code of that step or an earlier one passes again.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="code_guard")
    last_step = models.BigIntegerField(_("dernier pas accepté"), default=0)
    failures = models.PositiveIntegerField(_("essais manqués"), default=0)
    wait_until = models.DateTimeField(_("essais suspendus jusqu’à"), null=True, blank=True)

    class Meta:
        verbose_name = _("garde du second facteur")
        verbose_name_plural = _("gardes du second facteur")

    def __str__(self) -> str:
        return f"{self.user_id}"


class AddressChange(models.Model):
    """A change of address that waits for its two codes, one sent to each address. Only hashes of them are kept.

    ``expires_at`` is the machine's time. An empty ``new_code`` is one that nobody can give: the address is another's.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="address_change")
    email = models.EmailField(_("nouvelle adresse"))
    old_code = models.CharField(max_length=64)
    new_code = models.CharField(max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(_("essais manqués"), default=0)
    expires_at = models.DateTimeField(_("expire à"))

    class Meta:
        verbose_name = _("changement d’adresse")
        verbose_name_plural = _("changements d’adresse")

    def __str__(self) -> str:
        return f"{self.user_id}"
