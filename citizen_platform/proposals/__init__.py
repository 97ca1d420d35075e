"""Outcome proposals: who is affected, what should be different, how we would know; endorsements."""

from flask import Blueprint

blueprint = Blueprint("proposals", __name__, template_folder="templates")
