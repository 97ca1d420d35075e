"""You said, we did: answers to themes, with reasons, and the receipt that shows a citizen the path."""

from flask import Blueprint

blueprint = Blueprint("decisions", __name__, template_folder="templates")
