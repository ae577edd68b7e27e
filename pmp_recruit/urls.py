"""Every address of the site."""

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from pmp_recruit import health

# Sign-in is by a code alone: allauth's pages for passwords, addresses and sign-up have no address here.
signin = [
    path("", allauth.request_login_code, name="account_request_login_code"),
    path("code/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("entrer/", RedirectView.as_view(pattern_name="account_request_login_code", query_string=True), name="account_login"),
    path("fermee/", allauth.account_inactive, name="account_inactive"),
    path("sortir/", allauth.logout, name="account_logout"),
]

urlpatterns = [
    path("", include("postings.urls")),
    path("connexion/", include(signin)),
    path("compte/", include("accounts.urls")),
    path("candidature/", include("applications.urls")),
    path("evaluation/", include("evaluations.urls")),
    path("registre/", include("journal.urls")),
    path("rh/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.PMP_REHEARSAL:
    urlpatterns += [path("repetition/", include("rehearsal.urls"))]
