"""Accounts in the admin: administrators open, close and reopen them, and say what each is for. There are no passwords."""

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles, second_factor
from accounts.models import Role, User
from accounts.policy import WORKING_ROLES, is_administrator, needs_second_factor

# allauth's own page: nobody reads other people's keys here.
if admin.site.is_registered(Authenticator):
    admin.site.unregister(Authenticator)


class OpeningForm(forms.ModelForm):
    """A new account. An address that was only ever typed at the sign-in is still free."""

    class Meta:
        model = User
        fields = ("email", "full_name", "role")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        known = roles.find_account(email)
        if known is not None and not roles.is_unused(known):
            raise ValidationError(_("Cette adresse a déjà un compte."))
        return email

    def _get_validation_exclusions(self) -> set[str]:
        """The model's own rule on addresses, which :meth:`clean_email` knows better."""
        return {*super()._get_validation_exclusions(), "email"}  # type: ignore[misc]


class WorkerForm(forms.ModelForm):
    """The account of somebody who works here: its role may change, to another such one."""

    class Meta:
        model = User
        fields = ("role", "is_active")
        help_texts: ClassVar[dict[str, Any]] = {"role": gettext_lazy("Changer le rôle déconnecte la personne partout.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].choices = [  # type: ignore[attr-defined]
                (role.value, role.label) for role in Role if role in WORKING_ROLES
            ]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "full_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return is_administrator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        opened = ("email", "full_name", "role")
        return (*opened, "is_active", "date_joined", "last_login") if obj else opened

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Opening an account has a form of its own."""
        own_form = WorkerForm if obj else OpeningForm
        return super().get_form(request, obj, change, **{"form": own_form, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        fixed = ("email", "full_name", "date_joined", "last_login")
        return fixed if obj.role in WORKING_ROLES and obj != request.user else (*fixed, "role")

    def get_urls(self) -> list[Any]:
        own = path(
            "<int:pk>/second-facteur/",
            self.admin_site.admin_view(self.reset_second_factor),
            name="accounts_user_second_factor_reset",
        )
        return [own, *super().get_urls()]

    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take every second factor of an account away: asked on GET, done on POST."""
        if not isinstance(request.user, User) or not is_administrator(request.user):
            raise PermissionDenied
        account = get_object_or_404(User, pk=pk)
        if not needs_second_factor(account):
            raise Http404
        if request.method == "POST":
            second_factor.reset(account=account, by=request.user)
            messages.success(request, _("Second facteur réinitialisé : la personne en ajoutera un en se connectant."))
            return redirect("admin:accounts_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Réinitialiser le second facteur"),
            "account": account,
            "has_factor": second_factor.has_factor(account),
        }
        return render(request, "admin/accounts/user/second_factor.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """With the way to the second factor's page, for who has one."""
        account = self.get_object(request, object_id)
        told = {"second_factor_of": account if account and needs_second_factor(account) else None}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not isinstance(request.user, User):
            raise PermissionDenied
        if change:
            if "role" in form.changed_data:
                roles.change_role(account=obj, role=obj.role, by=request.user)
            if "is_active" in form.changed_data:
                roles.set_active(account=obj, active=obj.is_active, by=request.user)
        else:
            account = roles.open_account(email=obj.email, full_name=obj.full_name, role=obj.role, by=request.user)
            obj.pk, obj.public_id = account.pk, account.public_id
