"""Our own style sheet, scripts and icon: read once, named by their content, cached for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import rcssmin
import rjsmin
from flask import Blueprint, Flask, Response, abort, request

from lms.web.access import public

FOLDER = Path(__file__).parent / "static"
bp = Blueprint("assets", __name__)
# Fetched at once, since every page that a phone opens first wants both.
BUNDLES = {"house.js": ("leave.js", "keep.js")}


@dataclass(frozen=True)
class Asset:
    address: str
    mimetype: str
    body: bytes
    packed: bytes


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
        packed=gzip.compress(body, 9, mtime=0),
    )


_assets = _read_all()


def asset(name: str) -> str:
    """The address of a file of ours. Raises KeyError for a name that does not exist."""
    return _assets[name].address


@bp.get("/static/<digest>/<path:name>")
@public
def static(digest: str, name: str) -> Response:
    found = _assets.get(name)
    if found is None or found.address != f"/static/{digest}/{name}":
        abort(404)
    packed = bool(request.accept_encodings["gzip"]) and not found.mimetype.startswith("image/p")
    response = Response(found.packed if packed else found.body, mimetype=found.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
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
