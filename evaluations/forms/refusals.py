"""An act's refusal, shown on the form that asked for it."""

from django.core.exceptions import ValidationError
from django.forms import Form


def add_refusal(form: Form, error: ValidationError) -> None:
    """Put each message beside its field, and at the top what concerns no field of this form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
