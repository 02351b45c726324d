"""The blueprint of the room, for the modules that hold its views."""

from flask import Blueprint

bp = Blueprint("drills", __name__)
