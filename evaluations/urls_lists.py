"""The public lists, at a short address of their own."""

from django.urls import path

from evaluations.views import public_lists

app_name = "lists"
urlpatterns = [
    path("<slug:slug>/", public_lists.lists, name="lists"),
    path("<slug:slug>/<slug:stage>/", public_lists.one_list, name="list"),
    path("<slug:slug>/<slug:stage>/version-<int:number>/", public_lists.one_list, name="version"),
    path("<slug:slug>/<slug:stage>/liste.txt", public_lists.list_text, name="text"),
    path("<slug:slug>/<slug:stage>/liste.pdf", public_lists.list_pdf, name="pdf"),
]
