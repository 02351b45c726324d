"""The blueprint of the room, on which its files of pages put their routes."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assessment", __name__)
