"""What the root says of the issuing keys, for those who check with no network."""

from __future__ import annotations

from flask import Response

from lms.certification.room import bp, keys, sent
from lms.domain.errors import NotThere
from lms.web.access import public


@bp.get("/verify/key-list")
@public
def key_list() -> Response:
    """The newest list of issuing keys that the root has signed; the root itself is not given here:
    whoever checks has to have it from elsewhere."""
    found = keys().signed_list
    if found is None:
        raise NotThere
    return sent(f"{found}\n".encode(), "text/plain; charset=us-ascii", "keys.signed")
