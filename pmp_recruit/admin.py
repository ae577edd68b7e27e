"""Neither groups nor second addresses exist here: their pages go. Autodiscovery comes here last."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

admin.site.unregister([Group, EmailAddress])
