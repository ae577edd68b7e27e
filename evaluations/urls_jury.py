"""The addresses of the jury's marking. A file is named by its dossier code alone."""

from django.urls import path, register_converter

from evaluations.views import agenda, campaign, jury, measures, presiding, replacing, sheets
from postings.models import Stage


class StageConverter:
    """The stage's French name in an address."""

    regex = "competences|entretien"
    names = {"competences": Stage.SKILLS, "entretien": Stage.INTERVIEW}

    def to_python(self, value: str) -> str:
        return self.names[value]

    def to_url(self, value: str) -> str:
        return next(name for name, stage in self.names.items() if stage == value)


class DossierConverter:
    """A dossier code, and nothing else: no other text reaches the database."""

    regex = "[0-9A-Z]{4}-[0-9A-Z]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StageConverter, "stage")
register_converter(DossierConverter, "dossier")
_FILE = "jury/dossiers/<dossier:code>/"
_SHEET = _FILE + "<stage:stage>/"

urlpatterns = [
    path("jury/", jury.jury, name="jury"),
    path("jury/agenda/<slug:slug>/", agenda.agenda, name="agenda"),
    path("jury/agenda/<slug:slug>.ics", agenda.calendar, name="agenda_ics"),
    path("jury/presidence/<slug:slug>/", presiding.presiding, name="presiding"),
    path("jury/presidence/<slug:slug>/mesures/", measures.measures, name="measures"),
    path(_SHEET, sheets.sheet, name="sheet"),
    path(_SHEET + "declaration/", sheets.declare, name="declare"),
    path(_SHEET + "enregistrer/", sheets.save, name="save"),
    path(_SHEET + "en-cours/", sheets.going, name="going"),
    path(_SHEET + "sceller/", sheets.seal, name="seal"),
    path(_SHEET + "notes/", jury.file, name="file"),
    path(_SHEET + "reattribuer/", presiding.reassign, name="reassign"),
    path(_FILE + "competences/troisieme/", presiding.draw_third, name="third"),
    path(_SHEET + "rouvrir/", presiding.reopen, name="reopen"),
    path(_SHEET + "dispenser/", presiding.excuse, name="excuse"),
    path(_SHEET + "clore/", presiding.close_interview, name="close_interview"),
    path(_FILE + "pieces/<uuid:public_id>/", sheets.document, name="document"),
    path("secretariat/", campaign.secretariat, name="secretariat"),
    path("campagne/<slug:slug>/", campaign.campaign, name="campaign"),
    path("campagne/<slug:slug>/jury/", campaign.compose, name="compose"),
    path("campagne/<slug:slug>/jury/remplacer/", replacing.replace_member, name="replace_member"),
    path("campagne/<slug:slug>/jury/tirage/", campaign.assign, name="assign"),
    path("campagne/<slug:slug>/competences/clore/", campaign.close_skills, name="close_skills"),
]
