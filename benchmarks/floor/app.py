"""The bare application: pages, answers, a whole quiz, a report, a check of a certificate."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

from flask import Flask, Response, render_template, request

from benchmarks.floor import quiz, report, room, signin
from benchmarks.floor import verify as signature
from benchmarks.floor.base import database, use, who
from lms.config import Settings

LINKS = [("/my/", "My training"), ("/courses/", "Courses"), ("/account", "Account")]


def create_app(settings: Settings) -> Flask:
    app = Flask(__name__)
    use(str(settings.instance / "lms.sqlite"))
    app.jinja_env.globals["links"] = LINKS
    # The bodies of the product's own pages, so that a bare page has exactly their size.
    bodies = _bodies(settings.instance)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/bare/<name>")
    def bare(name: str) -> str:
        """Flask and Jinja alone: nobody is asked for, nothing is looked up."""
        return render_template("page.html", title="Handbook", body=bodies[name])

    @app.get("/lesson/<name>")
    def lesson(name: str) -> str:
        """The same page for a signed-in reader: where they are, and what they answered here."""
        account, reading = who(), database()
        reading.execute(
            "SELECT finished_at FROM readings WHERE account_id = ? AND lesson = ?", (account, name)
        ).fetchone()
        reading.execute(
            "SELECT question, answer FROM check_answers WHERE account_id = ? ORDER BY at",
            (account,),
        ).fetchall()
        return render_template("page.html", title="Handbook", body=bodies["lesson"])

    @app.get("/verify/<serial>")
    def verify_serial(serial: str) -> str:
        return _verify(serial)

    @app.post("/verify")
    def verify() -> str:
        """A stranger's question, without looking at the signature: that is measured alone."""
        return _verify(request.form["serial"])

    @app.after_request
    def packed(response: Response) -> Response:
        """Compressed as the product compresses, where the client asks for it."""
        if request.accept_encodings["gzip"] and not response.is_streamed:
            response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response

    quiz.register(app)
    report.register(app)
    signature.register(app, settings.keys)
    signin.register(app, bodies)
    room.register(app, str(settings.instance / "lms.sqlite"))
    return app


def _bodies(instance: Path) -> dict[str, str]:
    folder = instance / "bodies"
    if not folder.is_dir():
        return {}
    return {path.stem: path.read_text("utf-8") for path in folder.iterdir()}


def _verify(serial: str) -> str:
    row = (
        database()
        .execute(
            "SELECT claims, valid_from, valid_until, revoked_at FROM certificates WHERE serial = ?",
            (serial,),
        )
        .fetchone()
    )
    if row is None:
        return render_template("verify.html", word="unknown", token=serial, filler=FILLER)
    facts = [(name, value) for name, value in json.loads(row[0]).items() if value]
    return render_template("verify.html", word="valid", facts=facts, token=serial, filler=FILLER)


# Brings the bare page to the size of the product's.
FILLER = "x" * int(os.environ.get("FLOOR_FILLER", "0"))
