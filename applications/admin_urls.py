"""The addresses of the office's acts on files, beside Django's own pages of the list."""

from django.urls import URLPattern, path

from applications import admin_bulk, admin_saved_filters
from applications import admin_screening as acts


def office() -> list[URLPattern]:
    """Anew at each call: the admin wraps each view with its own door."""
    return [
        path("<int:pk>/admettre/", acts.admit, name="applications_application_admit"),
        path("<int:pk>/refuser/", acts.refuse, name="applications_application_refuse"),
        path("<int:pk>/rouvrir/", acts.reopen, name="applications_application_reopen"),
        path("<int:pk>/controle/", acts.check, name="applications_application_check"),
        path("<int:pk>/notes/", acts.note, name="applications_application_note"),
        path("<int:pk>/confier/", acts.assign, name="applications_application_assign"),
        path("refus/<int:pk>/confirmer/", acts.confirm, name="applications_refusalproposal_confirm"),
        path("refus/<int:pk>/renvoyer/", acts.send_back, name="applications_refusalproposal_send_back"),
        path("filtres/enregistrer/", admin_saved_filters.save, name="applications_savedfilter_save"),
        path("filtres/<int:pk>/supprimer/", admin_saved_filters.remove, name="applications_savedfilter_remove"),
        path("lots/<uuid:public_id>/", admin_bulk.run, name="applications_bulkrun"),
    ]
