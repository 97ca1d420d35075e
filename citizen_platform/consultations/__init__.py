"""A question put to the public: shared problem, what can and cannot change, stages, questions."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__, template_folder="templates")
