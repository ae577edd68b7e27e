"""The admin's own site: Django's, without its pages for passwords. Nobody has one."""

from typing import Any

from django.contrib.admin import AdminSite


class Site(AdminSite):
    """Where HR, the auditor and the administrator work."""

    def get_urls(self) -> list[Any]:
        without = {"password_change", "password_change_done"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in without]
