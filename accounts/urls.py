"""The home of each role, and the account of each person."""

from django.urls import path

from accounts import views, views_account

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("gerer/", views_account.account, name="account"),
    path("appareils/fermer/", views_account.end_others, name="end_others"),
    path("appareils/<slug:mark>/fermer/", views_account.end_session, name="end_session"),
]
