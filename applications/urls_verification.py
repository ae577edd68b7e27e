"""The page that verifies a document's electronic seal."""

from django.urls import path

from applications.views import verification

app_name = "verification"
urlpatterns = [path("", verification.document, name="document")]
