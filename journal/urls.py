"""The public register and the page that verifies proofs."""

from django.urls import URLPattern

app_name = "journal"
urlpatterns: list[URLPattern] = []
