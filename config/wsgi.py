"""What a WSGI server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from timeline.http import KnownFirst  # noqa: E402  (Django's parts need it set up)

application = KnownFirst(django)
