"""What gunicorn serves; it starts only when nothing unsafe is configured."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
application = get_wsgi_application()

from clinic.checks import refuse_unsafe  # noqa: E402  settings must be there first

refuse_unsafe()
