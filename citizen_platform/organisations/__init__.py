"""Public bodies and the areas of Wales."""

from flask import Blueprint

blueprint = Blueprint("organisations", __name__, template_folder="templates")
