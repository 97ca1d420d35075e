"""Home, the choice of language, health, the demo: pages that show everything."""

from flask import Blueprint

blueprint = Blueprint("site", __name__, template_folder="templates")
