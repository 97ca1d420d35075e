"""The one stream: every statement anyone made, its language, its reading, its receipt."""

from flask import Blueprint

blueprint = Blueprint("contributions", __name__, template_folder="templates")
