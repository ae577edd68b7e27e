"""The public register and the page that verifies proofs."""

from django.urls import path

from journal import views

app_name = "journal"
urlpatterns = [
    path("", views.home, name="home"),
    path("empreinte/", views.latest, name="latest"),
    path("empreintes/<int:size>/", views.checkpoint, name="checkpoint"),
    path("coherence/<int:old>/<int:new>/", views.consistency, name="consistency"),
    path("cle/", views.key, name="key"),
    path("entree/<int:pk>/<str:check>/", views.entry, name="entry"),
    path("verifier/", views.verify, name="verify"),
]
