"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("postings.urls")),
    path("compte/", include("accounts.urls")),
    path("candidature/", include("applications.urls")),
    path("evaluation/", include("evaluations.urls")),
    path("registre/", include("journal.urls")),
    path("rh/", admin.site.urls),
]
if settings.PMP_REHEARSAL:
    urlpatterns += [path("repetition/", include("rehearsal.urls"))]
