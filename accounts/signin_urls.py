"""Sign-in, under the names that allauth looks up: none of its pages for passwords, addresses or sign-up."""

from allauth.account.views import account_inactive, logout
from django.urls import path

from accounts import views, views_passkeys

urlpatterns = [
    path("", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("code/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("cle/", views_passkeys.login, name="passkey_login"),
    path("entrer/", views.login, name="account_login"),
    path("fermee/", account_inactive, name="account_inactive"),
    path("sortir/", logout, name="account_logout"),
]
