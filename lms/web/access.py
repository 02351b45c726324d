"""The door: every endpoint says who may enter; the application does not start while one is silent.

``@needs(Permission.X)`` admits signed-in people whose roles carry the permission somewhere; what
exactly they may see or do there is asked again by queries and deeds. ``@public`` admits everybody.
``audit=True`` promises one entry in the trail for every use of an unsafe method, refused or not.
Source: security C-10, C-11, C-89.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_login import current_user

from lms import clock, db, trail
from lms.domain.errors import NotYours
from lms.domain.permissions import Actor, Permission, may

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Audience:
    """Who an endpoint is for. ``permission`` None means everybody."""

    permission: Permission | None
    audit: bool = False


class Undeclared(Exception):
    """An endpoint says nothing about who may use it."""


def needs(
    permission: Permission, *, audit: bool = False, body_limit: int | None = None
) -> Callable[[View], View]:
    """Admit those who hold this permission somewhere; others are asked to sign in, or get 403.

    ``body_limit``, in bytes, is for endpoints that take more than an ordinary form.
    """

    def declare(view: View) -> View:
        view.audience = Audience(permission, audit)  # type: ignore[attr-defined]  # read below
        if body_limit is not None:
            view.body_limit = body_limit  # type: ignore[attr-defined]  # read by create_app
        return view

    return declare


def public(view: View) -> View:
    """Admit everybody, signed in or not."""
    view.audience = Audience(None)  # type: ignore[attr-defined]  # read below
    return view


def audience_of(app: Flask, endpoint: str) -> Audience:
    """What an endpoint declared. Raises Undeclared."""
    audience = getattr(app.view_functions.get(endpoint), "audience", None)
    if not isinstance(audience, Audience):
        raise Undeclared(f"The endpoint {endpoint} does not declare who may use it.")
    return audience


def require_declarations(app: Flask) -> None:
    """Stop the start while any endpoint is undeclared. Raises Undeclared."""
    for rule in app.url_map.iter_rules():
        audience_of(app, rule.endpoint)


def actor() -> Actor:
    """The person of this request, as a plain value. Only behind ``needs``."""
    found: Actor = current_user.actor
    return found


def init_app(app: Flask) -> None:
    app.before_request(_guard)
    app.after_request(_keep_promise)


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # routing failed; the error page answers
    audience = audience_of(current_app, endpoint)
    if audience.permission is None:
        return None
    person = current_user._get_current_object()
    if not person.is_authenticated:
        return _to_sign_in()
    if not may(person.actor, audience.permission):
        raise NotYours
    return None


def _to_sign_in() -> Response:
    """Ask to sign in; an unsafe request is answered the same, but never carried out afterwards.

    A script that asks whether its form was kept gets a plain no: a redirect it could take for the
    one that follows a saved form.
    """
    if request.headers.get("X-Kept") == "ask":
        return Response(status=401)
    wanted = request.path if request.method in SAFE_METHODS else None
    found = redirect(url_for("accounts.sign_in", next=wanted), code=303)
    return cast(Response, found)


def _keep_promise(response: Response) -> Response:
    """Record the refusal of an audited deed; the deed itself records its success."""
    if response.status_code < 400 or request.method in SAFE_METHODS or request.endpoint is None:
        return response
    audience = audience_of(current_app, request.endpoint)
    # Who is not signed in was sent to the sign-in page and did nothing; recording strangers would
    # let anybody grow the trail without end.
    if audience.audit and not g.get("trail_written") and current_user.is_authenticated:
        with db.transaction() as session:
            trail.record(
                session,
                "refused",
                actor_id=current_user.actor.id,
                subject=f"endpoint:{request.endpoint}",
                facts={"status": response.status_code},
                now=clock.now(),
            )
    return response
