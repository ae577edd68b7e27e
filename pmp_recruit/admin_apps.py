"""The configuration of Django's admin, apart from its site since it loads before any model."""

from django.contrib.admin.apps import AdminConfig


class OwnAdminConfig(AdminConfig):
    """Django's admin, on our own site."""

    default_site = "pmp_recruit.admin_site.Site"
