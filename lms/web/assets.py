"""Our own style sheet, scripts and icon: read once, named by their content, cached for a year."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rcssmin
import rjsmin
from flask import Blueprint, Flask, Response, abort, request

from lms.web import packing
from lms.web.access import public

FOLDER = Path(__file__).parent / "static"
bp = Blueprint("assets", __name__)
# Fetched at once, since every page that a phone opens first wants both.
BUNDLES = {"house.js": ("leave.js", "keep.js")}
PHOTOS = {"image/png", "image/jpeg", "image/webp"}


@dataclass(frozen=True)
class Asset:
    address: str
    mimetype: str
    body: bytes


def _read_all() -> dict[str, Asset]:
    files = {p.relative_to(FOLDER).as_posix(): p for p in FOLDER.rglob("*") if p.is_file()}
    found = {name: _asset(name, path.read_bytes()) for name, path in sorted(files.items())}
    for name, parts in BUNDLES.items():
        # Each in a block of its own, so that their names do not meet.
        texts = [f"{{{files[part].read_text('utf-8')}}}" for part in parts]
        found[name] = _asset(name, "\n".join(texts).encode())
    return found


def _asset(name: str, body: bytes) -> Asset:
    """What is served of a file: without the comments and spaces that only its authors read."""
    if name.endswith(".css"):
        body = str(rcssmin.cssmin(body.decode())).encode()
    elif name.endswith(".js"):
        body = str(rjsmin.jsmin(body.decode())).encode()
    return Asset(
        address=f"/static/{hashlib.sha256(body).hexdigest()[:12]}/{name}",
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        body=body,
    )


_assets = _read_all()


def asset(name: str) -> str:
    """The address of a file of ours. Raises KeyError for a name that does not exist."""
    return _assets[name].address


@cache
def _packed(name: str, how: packing.Packing) -> bytes:
    """Packed when it is first asked for: a command that shows no page packs nothing, and what
    packing the smallest way takes of memory is not taken at rest."""
    return packing.file(_assets[name].body, how)


@bp.get("/static/<digest>/<path:name>")
@public
def static(digest: str, name: str) -> Response:
    found = _assets.get(name)
    if found is None or found.address != f"/static/{digest}/{name}":
        abort(404)
    # Photos are packed by themselves.
    asked = "" if found.mimetype in PHOTOS else request.environ.get("HTTP_ACCEPT_ENCODING", "")
    how = packing.taken(asked)
    if how is None:
        response = Response(found.body, mimetype=found.mimetype)
    else:
        response = Response(_packed(name, how), mimetype=found.mimetype)
        response.headers["Content-Encoding"] = how
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/favicon.ico")
@public
def icon() -> Response:
    """The icon under the address every browser asks for by itself: pages need not name it."""
    found = _assets["favicon.svg"]
    response = Response(found.body, mimetype=found.mimetype)
    response.headers["Cache-Control"] = "public, max-age=31536000"
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = asset
