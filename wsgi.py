"""The door the web server knocks on: ``gunicorn wsgi:app``, ``flask --app wsgi ...``."""

from citizen_platform import create_app

app = create_app()
