"""What is kept until when, kind by kind, and the certificates of what went: read by HR, the auditor and the administrator."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from accounts.policy import Visitor, is_administrator
from applications.models import PurgeCertificate
from applications.policy_screening import may_read_files
from evaluations import purging
from journal import clock, proofs
from journal.addresses import path_of
from journal.admin_read_only import ReadOnly, row_key
from postings.retention import FOR_GOOD, KINDS


def may_read_retention(user: Visitor) -> bool:
    """Those who answer for what is kept; none of it names anybody."""
    return may_read_files(user) or is_administrator(user)


class PurgeCertificateAdmin(ReadOnly, admin.ModelAdmin):
    """The page « Conservation », and each certificate."""

    may_view = staticmethod(may_read_retention)
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        return [path("<int:pk>/certificat.json", view, name="applications_purgecertificate_file"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What is due when, and what went."""
        if not may_read_retention(request.user):
            raise PermissionDenied
        now = clock.now()
        rows = [(line, line.is_due(now)) for line in purging.plan()]
        context = {
            **admin.site.each_context(request),
            "title": _("Conservation et effacement"),
            "opts": PurgeCertificate._meta,
            "now": now,
            "rows": rows,
            "due": sum(line.count for line, is_due in rows if is_due),
            "for_good": FOR_GOOD,
            "certificates": PurgeCertificate.objects.all()[:50],
        }
        return render(request, "admin/applications/purgecertificate/retention.html", context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """One certificate."""
        if not may_read_retention(request.user):
            raise PermissionDenied
        rows = PurgeCertificate.objects.select_related("entry")
        found = get_object_or_404(rows, pk=row_key(object_id))
        told = json.loads(found.content)
        context = {
            **admin.site.each_context(request),
            "title": _("Certificat d’effacement"),
            "opts": PurgeCertificate._meta,
            "certificate": found,
            "rows": [(row, KINDS[row["kind"]]) for row in told["purged"]],
            "accounts": told["accounts"],
            "entry_page": path_of(found.entry),
        }
        return render(request, "admin/applications/purgecertificate/certificate.html", context)

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The certificate as hashed, with the register's proof of it: signed with the checkpoint that it stands under."""
        if not may_read_retention(request.user):
            raise PermissionDenied
        found = get_object_or_404(PurgeCertificate.objects.select_related("entry"), pk=pk)
        try:
            proof: dict[str, Any] | None = proofs.prove(found.entry)
        except proofs.NotSealedYet:
            proof = None
        whole = {"certificate": found.content, "sha256": found.sha256, "proof": proof}
        response = HttpResponse(json.dumps(whole, ensure_ascii=False, indent=2), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="effacement-{found.at:%Y-%m-%d}-{found.pk}.json"'
        return response
