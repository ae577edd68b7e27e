"""Sign-in, and the home of each role."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
