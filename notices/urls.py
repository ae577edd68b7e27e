"""The letters of a person."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [path("<uuid:public_id>/", views.letter, name="letter")]
