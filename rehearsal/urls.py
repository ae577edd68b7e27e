"""What only a rehearsal has."""

from django.urls import path

from rehearsal import views

app_name = "rehearsal"
urlpatterns = [
    path("", views.home, name="home"),
    path("horloge/", views.move_clock, name="clock"),
    path("role/", views.play, name="play"),
    path("courrier/", views.mailbox, name="mailbox"),
    path("courrier/<str:name>/", views.message, name="message"),
    path("courrier/<str:name>/corps/", views.message_html, name="message_html"),
    path("courrier/<str:name>/piece/<int:number>/", views.enclosure, name="enclosure"),
]
