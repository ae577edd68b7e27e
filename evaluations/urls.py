"""The jury's, the referee's and the authority's pages."""

from django.urls import URLPattern

app_name = "evaluations"
urlpatterns: list[URLPattern] = []
