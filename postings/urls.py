"""The public notice."""

from django.urls import path

from postings import views

app_name = "postings"
urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path("avis/<slug:slug>/", views.detail, name="detail"),
    path("avis/<slug:slug>/avis.txt", views.notice_text, name="notice_text"),
    path("avis/<slug:slug>/echeance.ics", views.deadline_ics, name="deadline_ics"),
    path("avis/<slug:slug>/heure/", views.hour, name="hour"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
]
