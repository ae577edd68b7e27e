"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.views import admin_login
from pmp_recruit import health
from pmp_recruit.metrics.views import metrics

urlpatterns = [
    path("", include("postings.urls")),
    path("connexion/", include("accounts.signin_urls")),
    path("compte/", include("accounts.urls")),
    path("compte/adresse/", include("notices.urls_address")),
    path("candidature/", include("applications.urls")),
    path("evaluation/", include("evaluations.urls")),
    path("registre/document/", include("applications.urls_verification")),
    path("listes/", include("evaluations.urls_lists")),
    path("registre/", include("journal.urls")),
    path("courriers/", include("notices.urls")),
    path("rh/login/", admin_login),
    path("rh/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
if settings.PMP_REHEARSAL:
    urlpatterns += [path("repetition/", include("rehearsal.urls"))]
