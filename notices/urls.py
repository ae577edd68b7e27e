"""The letters of a person."""

from django.urls import path

from notices import views, views_bounces

app_name = "notices"
urlpatterns = [
    path("retours/", views_bounces.bounce, name="bounce"),
    path("<uuid:public_id>/", views.letter, name="letter"),
]
