"""A campaign's papers, its archive, and what may be taken away."""

from django.urls import path

from evaluations.views import exports, papers

urlpatterns = [
    path("campagne/<slug:slug>/actes/", papers.papers, name="papers"),
    path("campagne/<slug:slug>/rapport-final.pdf", papers.report, name="report"),
    path("campagne/<slug:slug>/rapport-final/projet.pdf", papers.report_preview, name="report_preview"),
    path("campagne/<slug:slug>/rapport-final/etablir/", papers.issue_report, name="issue_report"),
    path("campagne/<slug:slug>/archive/", papers.ask_archive, name="ask_archive"),
    path("campagne/<slug:slug>/archive/<int:pk>.zip", papers.archive, name="archive"),
    path("campagne/<slug:slug>/listes/<slug:name>.<slug:form>", exports.export, name="export"),
    path("listes/<slug:name>.<slug:form>", exports.export_shown, name="export_shown"),
    path("pieces.zip", exports.documents, name="documents_zip"),
]
