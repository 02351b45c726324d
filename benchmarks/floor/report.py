"""The report on a cohort done bare: the same figures, the weakest first, a page of fifty."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, abort, render_template, request

from benchmarks.floor.base import database, who

PER_PAGE = 50
_asked: dict[str, Any] = {}

# What of the programme each person of a cohort has done, counted by the database.
_COUNTS = """
WITH people AS (
  SELECT h.account_id AS id, a.login AS login FROM roles_held h
  JOIN accounts a ON a.id = h.account_id
  WHERE h.cohort_id = :cohort AND h.role IN ('trainee', 'official')
),
read AS (
  SELECT account_id, count(*) AS n,
         sum(lesson IN (SELECT value FROM json_each(:lessons))) AS asked
  FROM readings WHERE finished_at IS NOT NULL AND account_id IN (SELECT id FROM people)
  GROUP BY account_id
),
passed AS (
  SELECT account_id, count(DISTINCT quiz) AS n FROM attempts t
  JOIN attempt_results r ON r.attempt_id = t.id
  WHERE r.passed AND quiz IN (SELECT value FROM json_each(:quizzes))
    AND account_id IN (SELECT id FROM people)
  GROUP BY account_id
),
played AS (
  SELECT account_id, count(DISTINCT scenario) AS n FROM runs
  WHERE passed AND scenario IN (SELECT value FROM json_each(:scenarios))
    AND account_id IN (SELECT id FROM people)
  GROUP BY account_id
),
nights AS (
  SELECT account_id, sum(found >= (SELECT value FROM json_each(:counts) WHERE key = exercise)) AS n
  FROM (
    SELECT account_id, exercise, max(100 * detected / planted) AS found FROM count_runs
    WHERE certifying AND passed AND planted > 0
      AND exercise IN (SELECT key FROM json_each(:counts))
      AND account_id IN (SELECT id FROM people)
    GROUP BY account_id, exercise
  ) GROUP BY account_id
),
weak AS (
  SELECT account_id, sum(substr(last, -1) = '0') AS n FROM rule_standings
  WHERE account_id IN (SELECT id FROM people) GROUP BY account_id
)
SELECT p.id, p.login, coalesce(read.n, 0), coalesce(weak.n, 0),
       :total - coalesce(read.asked, 0) - coalesce(passed.n, 0) - coalesce(played.n, 0)
       - coalesce(nights.n, 0) - (s.account_id IS NOT NULL) - (EXISTS (
         SELECT 1 FROM gates g WHERE g.account_id = p.id AND g.programme = :programme AND g.passed
       )) AS missing
FROM people p LEFT JOIN read ON read.account_id = p.id
LEFT JOIN passed ON passed.account_id = p.id LEFT JOIN played ON played.account_id = p.id
LEFT JOIN weak ON weak.account_id = p.id
LEFT JOIN nights ON nights.account_id = p.id
LEFT JOIN pledges s ON s.account_id = p.id AND s.programme = :programme
ORDER BY missing DESC, p.login
"""


def register(app: Flask) -> None:
    _read_programme()
    app.add_url_rule("/cohorts/<cohort_id>", view_func=cohort)


def _read_programme() -> None:
    found = {}
    for kind, slug, body in database().execute("SELECT kind, slug, body FROM documents"):
        if kind in ("programme", "course"):
            found[kind, slug] = json.loads(body)
    requires = found["programme", "precinct-observer"]["requires"]
    lessons = []
    for wanted in requires["lessons"]:
        course = found.get(("course", wanted))
        lessons += [f"{course['slug']}/{x}" for x in course["lessons"]] if course else [wanted]
    _asked.update(lessons=lessons, quizzes=requires["quizzes"], scenarios=requires["scenarios"])
    _asked["counts"] = requires["counts"]


def _rows(cohort: str) -> Iterator[Any]:
    total = sum(len(ids) for ids in _asked.values()) + 2  # the drawn runs, the pledge
    found = {name: json.dumps(ids) for name, ids in _asked.items()}
    return database().execute(  # type: ignore[no-any-return]  # a cursor
        _COUNTS, {"cohort": cohort, "programme": "precinct-observer", "total": total, **found}
    )


def cohort(cohort_id: str) -> str | Response:
    account, key = who(), uuid.UUID(cohort_id).hex
    name = (
        database()
        .execute(
            "SELECT c.name FROM cohorts c JOIN roles_held h ON h.cohort_id = c.id "
            "WHERE c.id = ? AND h.account_id = ? AND h.role = 'trainer'",
            (key, account),
        )
        .fetchone()
    )
    if name is None:
        abort(404)
    rows = _rows(key)
    if request.args.get("format") == "csv":
        lines = (",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
        return Response(lines, mimetype="text/csv")
    certificates = dict(
        database().execute(
            "SELECT account_id, CASE WHEN revoked_at IS NULL THEN 'valid' ELSE 'revoked' END "
            "FROM certificates WHERE cohort_id = ?",
            (key,),
        )
    )
    everybody = rows.fetchall()  # type: ignore[attr-defined]  # a cursor
    return render_template(
        "cohort.html",
        name=name[0],
        cohort=cohort_id,
        total=len(everybody),
        certified=sum(status == "valid" for status in certificates.values()),
        ready=sum(row[4] == 0 and row[0] not in certificates for row in everybody),
        lines=[
            {
                "id": row[0],
                "name": row[1],
                "lessons": row[2],
                "weak": row[3],
                "missing": row[4],
                "next": "–",
                "status": certificates.get(row[0]),
            }
            for row in everybody[:PER_PAGE]
        ],
    )
