"""HR's pages of the letters: their words, their release."""

from django.urls import path

from evaluations.views import letters, post, texts

urlpatterns = [
    path("campagne/<slug:slug>/lettres/", letters.letters, name="approve_letters"),
    path("campagne/<slug:slug>/courrier-postal/", post.post, name="post"),
    path("campagne/<slug:slug>/courrier-postal/<int:pk>/", post.post_letter, name="post_letter"),
    path("campagne/<slug:slug>/textes/", texts.texts, name="texts"),
    path("campagne/<slug:slug>/textes/<str:text>/", texts.text, name="text"),
    path("campagne/<slug:slug>/textes/<str:text>/<int:number>/choix/", texts.choose, name="choose_text"),
    path("campagne/<slug:slug>/textes/<str:text>/<int:number>/apercu/", texts.preview, name="preview_text"),
    path(
        "campagne/<slug:slug>/textes/<str:text>/<int:number>/apercu.pdf",
        texts.preview_letter,
        name="preview_text_letter",
    ),
]
