"""The candidate's file."""

from django.urls import path

from applications.views import after, documents, equality, file, own_data, piece, steps, submission, tracking, uploads

app_name = "applications"
urlpatterns = [
    path("", file.mine, name="mine"),
    path("mes-donnees/", own_data.own, name="own_data"),
    path("mes-donnees/copie/", own_data.export, name="export"),
    path("mes-donnees/fermer/", own_data.close_account, name="close_account"),
    path("pieces/<uuid:public_id>/", documents.download, name="document"),
    path("pieces/<uuid:public_id>/voir/", documents.view, name="document_view"),
    path("pieces/<uuid:public_id>/apercu.png", documents.preview, name="document_preview"),
    path("pieces/<uuid:public_id>/supprimer/", documents.remove, name="document_remove"),
    path("envois/<uuid:public_id>/", uploads.upload, name="upload"),
    path("<slug:slug>/", file.overview, name="overview"),
    path("<slug:slug>/commencer/", file.start, name="start"),
    path("<slug:slug>/identite/", steps.identity, name="identity"),
    path("<slug:slug>/parcours/", steps.career, name="career"),
    path("<slug:slug>/pieces/", documents.documents, name="documents"),
    path("<slug:slug>/envois/", uploads.uploads, name="uploads"),
    path("<slug:slug>/referents/", steps.referees, name="referees"),
    path("<slug:slug>/questions/", steps.answers, name="answers"),
    path("<slug:slug>/declaration/", steps.declaration, name="declaration"),
    path("<slug:slug>/depot/", submission.review, name="review"),
    path("<slug:slug>/recepisse/", submission.receipt, name="receipt"),
    path("<slug:slug>/recepisse.pdf", submission.receipt_pdf, name="receipt_pdf"),
    path("<slug:slug>/preuve.json", submission.proof, name="proof"),
    path("<slug:slug>/manifeste.json", submission.manifest, name="manifest"),
    path("<slug:slug>/retrait/", tracking.withdraw, name="withdraw"),
    path("<slug:slug>/coordonnees/", after.contact, name="contact"),
    path("<slug:slug>/amenagement/", after.accommodation, name="accommodation"),
    path("<slug:slug>/pieces-demandees/<uuid:public_id>/", piece.piece, name="piece"),
    path("<slug:slug>/recours/", after.objection, name="objection"),
    path("<slug:slug>/egalite/", equality.questions, name="equality"),
    path("<slug:slug>/egalite/resultats/", equality.results, name="equality_results"),
    path("<slug:slug>/effacement/", own_data.erase, name="erase"),
    path("<slug:slug>/suivi/", tracking.follow, name="follow"),
]
