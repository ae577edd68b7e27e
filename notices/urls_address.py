"""Changing one's address."""

from django.urls import path

from notices import views_address

app_name = "address"
urlpatterns = [
    path("", views_address.change, name="change"),
    path("codes/", views_address.codes, name="codes"),
]
