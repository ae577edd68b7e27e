"""The addresses of the written exercise: HR's, the candidate's, and two that anyone may ask."""

from django.urls import path, re_path

from evaluations.views import exercise, my_exercise

_HR = "campagne/<slug:slug>/epreuve/"
_OWN = "<slug:slug>/mon-epreuve/"

urlpatterns = [
    path(_HR, exercise.exercise, name="exercise"),
    re_path(
        r"^campagne/(?P<slug>[-\w]+)/epreuve/(?P<act>sceller|convoquer|abandonner)/$", exercise.act, name="exercise_act"
    ),
    path(_HR + "<dossier:dossier>/", exercise.sitting, name="exercise_sitting"),
    path(_OWN, my_exercise.my_exercise, name="my_exercise"),
    path(_OWN + "commencer/", my_exercise.begin, name="begin_exercise"),
    path(_OWN + "enregistrer/", my_exercise.save, name="save_exercise"),
    path(_OWN + "rendre/", my_exercise.hand_in, name="hand_in"),
    path("heure/<int:until>/", my_exercise.hour, name="exercise_hour"),
    path("<slug:slug>/sujet.json", my_exercise.opened_subject, name="opened_subject"),
]
