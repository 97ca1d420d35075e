"""Answering: on the web and by import; drafts, check answers, receipt."""

from flask import Blueprint

blueprint = Blueprint("submissions", __name__, template_folder="templates")
