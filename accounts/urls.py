"""The home of each role, and the account of each person."""

from django.urls import path

from accounts import views, views_account, views_passkeys

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("gerer/", views_account.account, name="account"),
    path("appareils/fermer/", views_account.end_others, name="end_others"),
    path("appareils/<slug:mark>/fermer/", views_account.end_session, name="end_session"),
    path("cles/ajouter/", views_passkeys.add, name="passkey_add"),
    path("cles/<int:pk>/nom/", views_passkeys.rename, name="passkey_rename"),
    path("cles/<int:pk>/retirer/", views_passkeys.remove, name="passkey_remove"),
]
