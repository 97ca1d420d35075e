"""Standing panels: members answer a consultation by one-time code."""

from flask import Blueprint

blueprint = Blueprint("panels", __name__, template_folder="templates")
