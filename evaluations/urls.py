"""The jury's, the referee's and the authority's pages."""

from django.urls import path

from evaluations import urls_exercise, urls_jury, urls_letters, urls_papers
from evaluations.views import (
    absence,
    authority,
    concluding,
    deliberation,
    figures,
    interviews,
    my_interview,
    preparation,
    publications,
    references,
    sitting,
    succession,
)

app_name = "evaluations"
urlpatterns = [
    *urls_jury.urlpatterns,
    *urls_exercise.urlpatterns,
    *urls_papers.urlpatterns,
    *urls_letters.urlpatterns,
    # From the interviews on: HR
    path("campagne/<slug:slug>/entretiens/", interviews.interviews, name="interviews"),
    path("campagne/<slug:slug>/entretiens/tirage/", interviews.draw_interviews, name="draw_interviews"),
    path("campagne/<slug:slug>/entretiens/choix/", interviews.choice, name="choice"),
    path("campagne/<slug:slug>/entretiens/<uuid:public_id>/", interviews.interview, name="interview"),
    path("campagne/<slug:slug>/entretiens/<uuid:public_id>/retirer/", interviews.remove_slot, name="remove_slot"),
    path("campagne/<slug:slug>/entretiens/<uuid:public_id>/absence/", absence.record, name="absence"),
    path("campagne/<slug:slug>/references/", references.references, name="references"),
    path("campagne/<slug:slug>/references/solliciter/", references.ask_all_references, name="ask_all_references"),
    path("campagne/<slug:slug>/references/<int:pk>/", references.verify_reference, name="verify_reference"),
    path("campagne/<slug:slug>/references/<int:pk>/demande/", references.ask_reference, name="ask_reference"),
    path(
        "campagne/<slug:slug>/references/<dossier:dossier>/demander/", references.ask_references, name="ask_references"
    ),
    path(
        "campagne/<slug:slug>/references/<dossier:dossier>/conclusion/",
        concluding.conclude_references,
        name="conclude_references",
    ),
    path("jury/dossiers/<dossier:code>/references/", concluding.reference_summary, name="reference_summary"),
    path("campagne/<slug:slug>/tableau/", figures.figures, name="figures"),
    path("campagne/<slug:slug>/publications/", publications.publications, name="publications"),
    path("campagne/<slug:slug>/publications/<int:pk>/confirmer/", publications.confirm, name="confirm_list"),
    path("campagne/<slug:slug>/publications/<int:pk>/retirer/", publications.withdraw, name="withdraw_list"),
    path("campagne/<slug:slug>/decision/", preparation.prepare, name="prepare"),
    path("campagne/<slug:slug>/succession/", succession.succession, name="succession"),
    path("campagne/<slug:slug>/succession/<dossier:dossier>/", succession.renunciation, name="renunciation"),
    # The candidate who is retained, or in reserve
    path("<slug:slug>/renoncer/", succession.renounce, name="renounce"),
    # The candidate who is invited
    path("<slug:slug>/mon-entretien/", my_interview.my_interview, name="my_interview"),
    path("<slug:slug>/mon-entretien.ics", my_interview.calendar, name="my_interview_ics"),
    # The referee, without an account
    path("references/merci/", references.reference_done, name="reference_done"),
    path("references/<str:token>/", references.reference, name="reference"),
    # The chair, and whoever reads the minutes
    path("campagne/<slug:slug>/deliberation/", deliberation.deliberation, name="deliberation"),
    path("campagne/<slug:slug>/deliberation/clore/", deliberation.close_deliberation, name="close_deliberation"),
    path("campagne/<slug:slug>/proces-verbal.pdf", deliberation.minutes, name="minutes"),
    path("campagne/<slug:slug>/proces-verbal-texte.pdf", deliberation.minutes_body, name="minutes_body"),
    path("campagne/<slug:slug>/acte-de-decision.pdf", authority.paper, name="act_of_decision"),
    # Each member, in the session
    path("jury/seance/<slug:slug>/", sitting.sitting, name="sitting"),
    path("jury/seance/<slug:slug>/signature/", sitting.sign, name="sign"),
    path("jury/seance/<slug:slug>/votes/<int:pk>/", sitting.cast_vote, name="cast_vote"),
    path("jury/seance/<slug:slug>/votes/<int:pk>/clore/", sitting.close_vote, name="close_vote"),
    path("jury/seance/<slug:slug>/<dossier:dossier>/debats/", sitting.debate, name="debate"),
    path("jury/seance/<slug:slug>/<dossier:dossier>/vote/", sitting.open_vote, name="open_vote"),
    # The authority
    path("autorite/", authority.authority, name="authority"),
    path("autorite/<slug:slug>/", authority.decide, name="decide"),
    path("autorite/<slug:slug>/appel/", succession.call_next, name="call_next"),
]
