"""What HR types when it acts on a notice."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from journal import clock


class HoldForm(forms.Form):
    """An approval, with the time in which it can still be recalled."""

    minutes = forms.IntegerField(
        label=_("Délai pendant lequel l’envoi peut être rappelé (minutes)"),
        min_value=0,
        max_value=7 * 24 * 60,
        initial=60,
    )

    def release_at(self) -> datetime:
        """The instant of release, by the clock of record."""
        return clock.now() + timedelta(minutes=self.cleaned_data["minutes"])


class ReasonForm(forms.Form):
    """An act that must say why."""

    reason = forms.CharField(label=_("Motif"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
