"""Assembly sessions: tables whose note-takers write down what is said, statement by statement."""

from flask import Blueprint

blueprint = Blueprint("assemblies", __name__, template_folder="templates")
