"""Signing in done bare: argon2id over what is stored, and a page."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask, abort, render_template, request

from benchmarks.floor.base import database

# The parameters of verifying are those that the stored hash was made with: the product's own.
_hasher = PasswordHasher()
# As many at once as the product: more of them would only take the caches from each other.
_at_once = threading.BoundedSemaphore(2)


def register(app: Flask, bodies: dict[str, str]) -> None:
    def signed_in() -> str:
        row = (
            database()
            .execute("SELECT secret_hash FROM accounts WHERE login = ?", (request.form["login"],))
            .fetchone()
        )
        try:
            with _at_once:
                _hasher.verify(row[0], request.form["secret"])
        except VerifyMismatchError:
            abort(403)
        return render_template("page.html", title="My training", body=bodies["signin"])

    app.add_url_rule("/signed-in", view_func=signed_in, methods=["POST"])
