"""What a candidate says about their own data."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureRequestForm(forms.Form):
    """A wish for erasure; why is theirs to say or not."""

    message = forms.CharField(
        label=_("Ce que vous souhaitez préciser (facultatif)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
