"""Every part of the house in every state, light beside dark, in three languages with long words.

Registered in the demo only. The texts are samples for the eye and teach nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import force_locale

from lms.domain.languages import LANGUAGES
from lms.domain.paths import aligned
from lms.web.access import public
from lms.web.styleguide_words import WORDS

bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
@public
def english() -> str:
    return _page("en")


@bp.get("/styleguide/<language>")
@public
def in_language(language: str) -> str:
    if language not in LANGUAGES:
        abort(404)
    return _page(language)


def _page(language: str) -> str:
    with force_locale(language):
        return render_template(
            "styleguide/page.html", language=language, words=WORDS[language], make=specimens
        )


def specimens(words: dict[str, Any], scheme: str) -> SimpleNamespace:
    """The sample values of one column. Ids end in the scheme, for a page shows each part twice."""
    return SimpleNamespace(
        scheme=scheme,
        sources=_sources(words),
        rules=_rules(words),
        steps=_steps(words),
        questions=[
            (SimpleNamespace(id=f"{kind}-{scheme}", kind=kind), texts, order, value, feedback)
            for kind, texts, order, value, feedback in _questions(words)
        ],
        heat_columns=[{"label": name} for name in words["people"]],
        heat_rows=_heat(words),
        marks=[{"label": name, "value": 9 - 2 * at} for at, name in enumerate(words["people"])],
        bars=_bars(words),
        paths=_paths(
            _path(words, ("best", "ok", "weak", "fail"), None),
            _path(words, ("best", "chance", "best", "best"), words["scenes"][4]),
        ),
    )


def _sources(words: dict[str, Any]) -> list[dict[str, Any]]:
    common = {
        "instrument": words["instrument"],
        "version": words["version"],
        "checked_on": "2026-11-01",
        "paraphrase": words["rule_text"],
    }
    return [
        {**common, "article": "43(8)", "status": "confirmed"},
        {**common, "article": "20-1(2)", "status": "unconfirmed"},
        {**common, "article": "26-1", "status": "confirmed", "standing": "changed"},
        {**common, "article": "", "status": "confirmed", "standing": "repealed"},
        {**common, "article": "49", "status": "confirmed", "standing": "not-in-force"},
    ]


def _rules(words: dict[str, Any]) -> list[dict[str, Any]]:
    standings = (None, "mastered", "shown", "weak", "unseen")
    return [
        {"name": name, "href": "#", "critical": index < 2, "standing": standing}
        for index, (name, standing) in enumerate(zip(words["rules"], standings, strict=True))
    ]


def _steps(words: dict[str, Any]) -> list[dict[str, Any]]:
    states = ("done", "now", "stop", "later")
    return [
        {
            "title": title,
            "href": "#",
            "state": state,
            "note": words["note"] if state == "stop" else None,
        }
        for title, state in zip(words["rules"], states, strict=False)
    ]


def _questions(words: dict[str, Any]) -> list[tuple[str, dict[str, Any], Any, Any, Any]]:
    a, b, c = words["options"]
    prompt = f"<p>{words['prompt']}</p>"
    choice = {
        "prompt_html": prompt,
        "parts": {"a": {"html": a}, "b": {"html": b}, "c": {"html": c}},
    }
    three = {"options": ["a", "b", "c"]}
    because = f"<p>{words['because']}</p>"
    right = {
        "verdict": "right",
        "parts": {"a": {"right": True, "html": words["because"]}},
        "explanation_html": because,
        "rules": [{**_rules(words)[0], "sources": _sources(words)[:2]}],
    }
    wrong = {
        "verdict": "partly",
        "parts": {"a": {"right": True}, "b": {"right": False, "html": words["because"]}},
        "explanation_html": because,
    }
    pair = {
        "prompt_html": prompt,
        "parts": {
            "l1": {"html": words["rules"][0]},
            "l2": {"html": words["rules"][1]},
            "r1": {"html": a},
            "r2": {"html": c},
        },
    }
    sentence = {
        "prompt_pieces": [f"<p>{words['before']} ", {"gap": "g1"}, ", ", {"gap": "g2"}, ".</p>"]
    }
    number = {"prompt_html": prompt, "unit": words["unit"]}
    return [
        ("single", choice, three, {"answer": ["a"]}, right),
        ("multiple", choice, three, {"answer": ["a", "b"]}, wrong),
        ("truefalse", choice, {"options": ["a", "b"]}, {}, None),
        ("order", choice, {"items": ["c", "a", "b"]}, {"place-c": ["2"]}, None),
        ("match", pair, {"left": ["l1", "l2"], "right": ["r2", "r1"]}, {"match-l1": ["r1"]}, None),
        ("number", number, {}, {"answer": ["1240"]}, None),
        ("text", number, {}, {"answer": [words["gap"]]}, {"verdict": "blank"}),
        ("gaps", sentence, {}, {"gap-g1": [words["gap"]]}, None),
    ]


def _heat(words: dict[str, Any]) -> list[dict[str, Any]]:
    shares = ((12, 35, None, 48), (55, 40, 20, 75), (80, 92, 67, 100), (100, 88, 94, 71))
    return [
        {
            "label": name,
            "href": "#",
            "critical": index == 0,
            "cells": [
                {
                    "percent": share,
                    "trouble": (share or 100) < 30,
                    "word": words["low"] if (share or 100) < 30 else None,
                }
                for share in row
            ],
        }
        for index, (name, row) in enumerate(zip(words["rules"], shares, strict=False))
    ]


def _bars(words: dict[str, Any]) -> list[dict[str, Any]]:
    counts = ((4, 9, 6, 5), (2, 4, 8, 10), (0, 1, 3, 20))
    return [
        {"label": name, "unseen": row[0], "weak": row[1], "shown": row[2], "mastered": row[3]}
        for name, row in zip(words["rules"], counts, strict=False)
    ]


def _paths(yours: list[dict[str, Any]], best: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = aligned([point["scene"] for point in yours], [point["scene"] for point in best])
    return [
        {
            "yours": None if row.yours is None else {**yours[row.yours], "number": row.yours + 1},
            "best": None if row.best is None else {**best[row.best], "number": row.best + 1},
            "together": row.together,
        }
        for row in rows
    ]


def _path(words: dict[str, Any], grades: tuple[str, ...], end: str | None) -> list[dict[str, Any]]:
    times = ("18:30", "18:32", "18:44", "18:45", "18:52")
    steps: list[dict[str, Any]] = [
        {"scene": scene, "choice": words["options"][0], "grade": grade, "time": time}
        for scene, grade, time in zip(words["scenes"], grades, times, strict=False)
    ]
    if end:
        steps.append({"scene": end, "choice": None, "grade": None, "time": times[-1]})
    return steps
