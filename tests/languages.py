"""Pages as they are on a site in several languages: Readout has one, and then Django looks up nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is asked inside is asked by somebody who reads this language."""
    with override_settings(USE_I18N=True), pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation, "_trans", trans_real)  # which Django chooses once for good
        with translation.override(language):
            yield
