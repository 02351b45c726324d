"""The room's one blueprint; its pages stand in several files."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("joint", __name__)
