"""A text column that holds an EDTF date and nothing else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from timeline import edtf


def validate_edtf(value: str) -> None:
    """Raise ValidationError, in words, where `value` is no EDTF date of the subset."""
    try:
        edtf.parse(value)
    except edtf.EdtfError as error:
        raise ValidationError(str(error), code="edtf") from error


class EdtfField(models.CharField):
    """An EDTF date as text (ISO 8601-2; `timeline.edtf` names the subset)."""

    default_validators = [validate_edtf]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)
