"""The application that a WSGI server loads: `gunicorn service.wsgi:app`, `flask --app service.wsgi ...`."""

from service import create_app
from service.build import build_parts
from service.settings import Settings

app = create_app(build_parts(Settings.from_env()))
