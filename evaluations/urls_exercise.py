"""The addresses of the written exercise: HR's, the candidate's, and two that anyone may ask."""

from django.urls import path, re_path

from evaluations.urls_jury import DossierConverter
from evaluations.views import exercise, my_exercise

_HR = r"^campagne/(?P<slug>[-\w]+)/epreuve/"
_OWN = "<slug:slug>/mon-epreuve/"

urlpatterns = [
    re_path(_HR + r"$", exercise.exercise, name="exercise"),
    re_path(_HR + r"(?P<act>sceller|convoquer|abandonner)/$", exercise.act, name="exercise_act"),
    re_path(_HR + rf"(?P<dossier>{DossierConverter.regex})/$", exercise.sitting, name="exercise_sitting"),
    path(_OWN, my_exercise.my_exercise, name="my_exercise"),
    path(_OWN + "commencer/", my_exercise.begin, name="begin_exercise"),
    path(_OWN + "enregistrer/", my_exercise.save, name="save_exercise"),
    path(_OWN + "rendre/", my_exercise.hand_in, name="hand_in"),
    path("heure/<int:until>/", my_exercise.hour, name="exercise_hour"),
    path("<slug:slug>/sujet.json", my_exercise.opened_subject, name="opened_subject"),
]
