"""The home of each role, and the account of each person."""

from django.urls import path

from accounts import views, views_account, views_passkeys, views_second_factor, views_unsent

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("reprendre/", views_unsent.unsent, name="unsent"),
    path("gerer/", views_account.account, name="account"),
    path("appareils/fermer/", views_account.end_others, name="end_others"),
    path("appareils/<slug:mark>/fermer/", views_account.end_session, name="end_session"),
    path("cles/ajouter/", views_passkeys.add, name="passkey_add"),
    path("cles/<int:pk>/nom/", views_passkeys.rename, name="passkey_rename"),
    path("cles/<int:pk>/retirer/", views_passkeys.remove, name="passkey_remove"),
    path("second-facteur/", views_second_factor.prove, name="second_factor"),
    path("second-facteur/application/", views_second_factor.add, name="second_factor_add"),
    path("second-facteur/application/retirer/", views_second_factor.remove, name="second_factor_remove"),
    path("second-facteur/codes/", views_second_factor.codes, name="recovery_codes"),
]
