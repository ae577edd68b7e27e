"""People: one account, one role. Separation of duties starts here."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account is for; never two at once."""

    CANDIDATE = "candidate", _("candidat")
    HR = "hr", _("ressources humaines")
    JUROR = "juror", _("membre du jury")
    AUTHORITY = "authority", _("autorité de nomination")
    AUDITOR = "auditor", _("auditeur")
    ADMINISTRATOR = "administrator", _("administrateur")


#: Roles that enter Django's admin.
STAFF_ROLES = frozenset({Role.HR, Role.AUDITOR, Role.ADMINISTRATOR})


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
