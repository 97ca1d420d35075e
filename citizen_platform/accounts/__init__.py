"""People, sign-in, roles: who works here and what they may do."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="templates")
