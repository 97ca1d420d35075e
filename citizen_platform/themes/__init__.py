"""What people said, grouped: topics are proposed by machine, themes are decided by people."""

from flask import Blueprint

blueprint = Blueprint("themes", __name__, template_folder="templates")
