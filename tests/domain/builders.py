"""Valid things of the domain, for tests that state only what matters to them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from lms.domain.grading import Paper
from lms.domain.questions import Question, question
from lms.domain.quizzes import Quiz
from lms.domain.rules import Rule, RuleWording, Source
from lms.domain.scenarios import Scenario

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

KEYS: Mapping[str, Any] = {
    "single": {"options": ["here", "later", "never"], "right": ["here"]},
    "multiple": {"options": ["a", "b", "c", "d"], "right": ["a", "b", "c"]},
    "truefalse": {"options": ["yes", "no"], "right": ["no"]},
    "order": {"items": ["seal", "open", "count", "sign"]},
    "match": {
        "left": ["chair", "member", "observer"],
        "right": ["signs", "watches"],
        "pairs": {"chair": "signs", "member": "signs", "observer": "watches"},
    },
    "number": {"value": "1240", "tolerance": "5"},
    "text": {},
    "gaps": {"gaps": ["g1", "g2"]},
    "spot": {
        "options": ["box", "pile", "door"],
        "right": ["box", "pile"],
        "areas": {"box": [0, 0, 20, 30], "pile": [40, 40, 20, 20], "door": [80, 0, 20, 100]},
    },
    "essay": {
        "criteria": [
            {"id": "when", "points": 2, "element": "time"},
            {"id": "what", "points": 4, "element": None},
        ]
    },
}
# Types that are marked at once.
BY_MACHINE = tuple(kind for kind in KEYS if kind != "essay")
TEXTS: Mapping[str, Any] = {
    "number": {"en": {"unit": "ballots"}, "ru": {"unit": "бюллетеней"}},
    "text": {
        "en": {"accepted": ["protocol", "protocol of results"]},
        "ru": {"accepted": ["протокол учёта"]},
        "kk": {"accepted": ["хаттама"]},
    },
    "gaps": {
        "en": {"accepted": {"g1": ["stamp", "seal"], "g2": ["signature"]}},
        "ru": {"accepted": {"g1": ["печать"], "g2": ["подпись"]}},
    },
}


def a_question(kind: str = "single", slug: str = "q", **changes: Any) -> Question:
    """A question of a type; ``changes`` replace parts of its document."""
    return question(
        {
            "kind": "question",
            "slug": slug,
            "bank": "bank",
            "type": kind,
            "rules": ["protocol-copy"],
            "level": 1,
            "asks": None,
            "clock": None,
            "key": KEYS[kind],
            "texts": TEXTS.get(kind, {"en": {}}),
            **changes,
        }
    )


def a_paper(
    *questions: Question, pass_percent: int = 50, critical_rules: Iterable[str] = ()
) -> Paper:
    """A paper of these questions, or of one single choice."""
    return Paper(questions or (a_question(),), pass_percent, frozenset(critical_rules))


def a_line(count: int = 1, bank: str = "bank", **filters: Any) -> dict[str, Any]:
    """A line of a blueprint."""
    return {"bank": bank, "count": count, **filters}


def a_quiz(*draw: Mapping[str, Any], **changes: Any) -> Quiz:
    """An exam that draws one question unless told otherwise."""
    return Quiz.from_document(
        {
            "kind": "quiz",
            "slug": "final-exam",
            "quiz_kind": "exam",
            "minutes": 40,
            "attempts": None,
            "wait_hours": None,
            "pass_percent": 80,
            "critical": "all",
            "feedback": "rules",
            "draw": list(draw) or [a_line()],
            **changes,
        }
    )


def a_source(source_id: str = "law", **changes: Any) -> Source:
    """A confirmed source without dates."""
    return Source.from_document({"id": source_id, "status": "confirmed", **changes})


def a_rule(rule_id: str = "protocol-copy", *sources: str, **changes: Any) -> Rule:
    """A critical rule with one wording, resting on the source ``law``."""
    wording = {"sources": sources or ("law",), "critical": True, **changes}
    return Rule(rule_id, (RuleWording.from_document(wording),))


def a_choice(target: str, grade: str = "ok", **changes: Any) -> dict[str, Any]:
    """A choice of a scenario's document; its id is its target unless another is given."""
    return {"id": target, "target": target, "grade": grade, **changes}


def a_scene(scene_id: str, *choices: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A scene that goes on."""
    return {"id": scene_id, "end": False, "outcome": None, "choices": list(choices), **changes}


def a_chance(scene_id: str, *happenings: Mapping[str, Any]) -> dict[str, Any]:
    """A scene in which nobody chooses."""
    return a_scene(scene_id, *happenings, chance=True)


def an_end(scene_id: str = "end", outcome: str = "observed-documented") -> dict[str, Any]:
    """A scene that ends."""
    return {"id": scene_id, "end": True, "outcome": outcome, "choices": []}


def a_scenario_document(*scenes: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A scenario's document that begins in its first scene."""
    return {
        "kind": "scenario",
        "slug": "told-to-leave",
        "meters": {"safety": 3, "record": 0},
        "limits": {"safety": [0, 3], "record": [0, 5]},
        "flags": {"in_room": True, "copy": "none"},
        "passes": "safety >= 1",
        "start": scenes[0]["id"],
        "maximum": 0,
        "scenes": list(scenes),
        **changes,
    }


def a_scenario(*scenes: Mapping[str, Any], **changes: Any) -> Scenario:
    """A scenario of these scenes, or of one choice and an end."""
    found = scenes or (a_scene("door", a_choice("end", "best")), an_end())
    return Scenario.from_document(a_scenario_document(*found, **changes))


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def seeded(seed: int) -> Random:
    """The same drawing every time; nothing here has to be hard to guess."""
    return Random(seed)
