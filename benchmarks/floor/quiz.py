"""A quiz done bare: start, a question a page, an answer kept by one durable insert, marking."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from benchmarks.floor.base import database, new_id, now, who

_questions: dict[str, dict[str, Any]] = {}
_quizzes: dict[str, dict[str, Any]] = {}
_release: list[str] = []


def register(app: Flask) -> None:
    _read_content()
    app.add_url_rule("/quizzes/<slug>/start", view_func=start, methods=["POST"])
    app.add_url_rule("/attempts/<attempt_id>/<question_id>", view_func=question)
    app.add_url_rule("/attempts/<attempt_id>/finish", view_func=last_look)
    app.add_url_rule("/attempts/<attempt_id>/result", view_func=result)
    app.add_url_rule("/attempts/<attempt_id>/finish", view_func=finish, methods=["POST"])
    app.add_url_rule("/attempts/<attempt_id>/<question_id>", view_func=answer, methods=["POST"])


def _read_content() -> None:
    for kind, slug, body in database().execute("SELECT kind, slug, body FROM documents"):
        if kind == "question":
            _questions[slug] = json.loads(body)
        elif kind == "quiz":
            _quizzes[slug] = json.loads(body)
    _release[:] = database().execute("SELECT id FROM releases").fetchone()


def start(slug: str) -> Response:
    account, moment, attempt = who(), now(), new_id()
    lines = _quizzes[slug]["draw"]
    banks = {line["bank"] for line in lines}
    there = sorted(q for q, found in _questions.items() if found["bank"] in banks)
    drawn = random.sample(there, sum(line["count"] for line in lines))
    data = json.dumps({"questions": drawn, "order": {}, "minutes": None})
    db = database()
    db.execute("BEGIN IMMEDIATE")
    db.execute(
        "INSERT INTO attempts (id, account_id, quiz, quiz_kind, release_id, started_at, "
        "abandoned) VALUES (?, ?, ?, ?, ?, ?, 0)",
        (attempt, account, slug, _quizzes[slug]["quiz_kind"], _release[0], moment),
    )
    _keep(attempt, 1, "start", None, data, moment)
    db.execute("COMMIT")
    target = url_for("question", attempt_id=uuid.UUID(attempt), question_id=drawn[0])
    return redirect(target, code=303)


def _keep(
    attempt: str, sequence: int, kind: str, question: str | None, data: str, moment: str
) -> None:
    database().execute(
        "INSERT INTO attempt_steps (attempt_id, sequence, kind, question, data, client_key, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (attempt, sequence, kind, question, data, new_id(), moment),
    )


def _steps(attempt_id: str) -> tuple[str, str, list[Any]]:
    """(attempt, its quiz, its steps), if it is this person's; 404 otherwise."""
    attempt = uuid.UUID(attempt_id).hex
    row = (
        database()
        .execute("SELECT quiz FROM attempts WHERE id = ? AND account_id = ?", (attempt, who()))
        .fetchone()
    )
    if row is None:
        abort(404)
    steps = database().execute(
        "SELECT sequence, kind, question, data FROM attempt_steps WHERE attempt_id = ? "
        "ORDER BY sequence",
        (attempt,),
    )
    return attempt, row[0], steps.fetchall()


def question(attempt_id: str, question_id: str) -> str:
    _attempt, _quiz, steps = _steps(attempt_id)
    drawn = json.loads(steps[0][3])["questions"]
    given = next((json.loads(s[3]) for s in reversed(steps) if s[2] == question_id), None)
    words = _questions[question_id]["texts"]["en"]
    number = drawn.index(question_id)
    return render_template(
        "question.html",
        number=number + 1,
        total=len(drawn),
        prompt=words.get("prompt_html", ""),
        parts=[(part, found["html"]) for part, found in words["parts"].items()],
        given=given,
        before=f"/attempts/{attempt_id}/{drawn[number - 1]}" if number else None,
        after=f"/attempts/{attempt_id}/{drawn[number + 1]}" if number + 1 < len(drawn) else None,
    )


def answer(attempt_id: str, question_id: str) -> Response:
    account, attempt = who(), uuid.UUID(attempt_id).hex
    data = json.dumps(request.form.getlist("answer") or request.form.to_dict())
    db = database()
    db.execute("BEGIN IMMEDIATE")
    first = db.execute(
        "SELECT s.data FROM attempts a JOIN attempt_steps s ON s.attempt_id = a.id "
        "AND s.sequence = 1 WHERE a.id = ? AND a.account_id = ? AND a.finished_at IS NULL",
        (attempt, account),
    ).fetchone()
    if first is None:
        db.execute("ROLLBACK")
        abort(404)
    following = db.execute(
        "SELECT max(sequence) + 1 FROM attempt_steps WHERE attempt_id = ?", (attempt,)
    ).fetchone()[0]
    _keep(attempt, following, "answer", question_id, data, now())
    db.execute("COMMIT")
    drawn = json.loads(first[0])["questions"]
    number = drawn.index(question_id) + 1
    if number < len(drawn):
        return redirect(f"/attempts/{attempt_id}/{drawn[number]}", code=303)
    return redirect(f"/attempts/{attempt_id}/finish", code=303)


def last_look(attempt_id: str) -> str:
    _attempt, _quiz, steps = _steps(attempt_id)
    drawn = json.loads(steps[0][3])["questions"]
    answered = {step[2] for step in steps}
    body = "".join(f"<li>{q}: {'answered' if q in answered else 'open'}</li>" for q in drawn)
    return render_template("page.html", title="Last look", body=f"<ol>{body}</ol>")


def finish(attempt_id: str) -> Response:
    """Mark and keep: the result, and what the answers showed about each rule."""
    account = who()
    attempt, quiz, steps = _steps(attempt_id)
    drawn, moment = json.loads(steps[0][3])["questions"], now()
    given = {step[2]: json.loads(step[3]) for step in steps if step[1] == "answer"}
    shown: dict[str, bool] = {}
    earned = 0
    for one in drawn:
        right = given.get(one) == _questions[one]["key"].get("right")
        earned += 60 * right
        for rule in _questions[one]["rules"]:
            shown[rule] = shown.get(rule, True) and right
    passed = earned * 100 >= _quizzes[quiz]["pass_percent"] * 60 * len(drawn)
    missed = json.dumps([rule for rule, right in shown.items() if not right])
    db = database()
    db.execute("BEGIN IMMEDIATE")
    _keep(attempt, steps[-1][0] + 1, "finish", None, "null", moment)
    db.execute("UPDATE attempts SET finished_at = ? WHERE id = ?", (moment, attempt))
    db.execute(
        "INSERT INTO attempt_results (attempt_id, earned, possible, passed, missed_rules, "
        "missed_critical, knocked_out, at) VALUES (?, ?, ?, ?, ?, '[]', '[]', ?)",
        (attempt, earned, 60 * len(drawn), passed, missed, moment),
    )
    db.executemany(
        'INSERT INTO evidence (id, account_id, rule, "right", origin, at) '
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (new_id(), account, rule, right, f"attempt:{attempt}", moment)
            for rule, right in shown.items()
        ],
    )
    db.executemany(
        'INSERT INTO rule_standings (account_id, rule, last, seen, "right", at) '
        "VALUES (?1, ?2, ?3, 1, ?4, ?5) ON CONFLICT (account_id, rule) DO UPDATE SET "
        'last = substr(last || ?3, -4), seen = seen + 1, "right" = "right" + ?4, at = ?5',
        [(account, rule, str(int(right)), right, moment) for rule, right in shown.items()],
    )
    db.execute("COMMIT")
    return redirect(f"/attempts/{attempt_id}/result", code=303)


def result(attempt_id: str) -> str:
    attempt, _quiz, _all = _steps(attempt_id)
    row = (
        database()
        .execute(
            "SELECT earned, possible, passed, missed_rules FROM attempt_results "
            "WHERE attempt_id = ?",
            (attempt,),
        )
        .fetchone()
    )
    missed = "".join(f"<li>{rule}</li>" for rule in json.loads(row[3]))
    body = f"<p>{row[0]} of {row[1]}: {'passed' if row[2] else 'not passed'}</p><ul>{missed}</ul>"
    return render_template("page.html", title="Result", body=body)
