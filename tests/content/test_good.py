"""What a good tree becomes: the documents that every room reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lms.content.compiling import Compiled, compile_tree
from tests.content.building import GOOD, good_tree


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compile_tree(good_tree(tmp_path_factory.mktemp("good")))


@pytest.fixture(scope="module")
def documents(good: Compiled) -> dict[tuple[str, str], Any]:
    return {(d["kind"], d["slug"]): d for d in good.documents}


def test_a_good_tree_has_no_problems(good: Compiled) -> None:
    assert good.problems == []


def test_every_file_becomes_documents_of_plain_json(good: Compiled) -> None:
    kinds = sorted((d["kind"], d["slug"]) for d in good.documents)
    assert kinds == [
        ("bank", "rights"),
        ("course", "rights"),
        ("glossary", "glossary"),
        ("lesson", "rights/copy"),
        ("lesson", "rights/registration"),
        ("programme", "precinct-observer"),
        ("question", "copy-gaps"),
        ("question", "copy-match"),
        ("question", "copy-number"),
        ("question", "copy-order"),
        ("question", "copy-text"),
        ("question", "copy-true"),
        ("question", "copy-when"),
        ("question", "copy-which"),
        ("question", "registration-do"),
        ("quiz", "practice"),
        ("scenario", "refused"),
        ("sources", "sources"),
    ]
    for document in good.documents:
        assert json.loads(json.dumps(document, ensure_ascii=False)) == document


def test_the_same_tree_makes_the_same_documents(good: Compiled, tmp_path: Path) -> None:
    again = compile_tree(good_tree(tmp_path))
    assert again.documents == good.documents
    assert again.files == good.files


def test_sources_keep_what_was_written(documents: dict[tuple[str, str], Any]) -> None:
    first, second, third = documents["sources", "sources"]["sources"]
    assert first["article"] == "43(8)"
    assert first["paraphrase"] == {
        "en": "A person present gets a copy.",
        "ru": "Присутствующий получает копию.",
    }
    assert (first["valid_from"], first["valid_to"]) == ("1995-09-28", None)
    assert (second["article"], second["status"]) == ("26", "unconfirmed")
    assert (third["article"], third["version"], third["jurisdiction"]) == (None, None, None)


def test_glossary(documents: dict[tuple[str, str], Any]) -> None:
    protocol, observer = documents["glossary", "glossary"]["terms"]
    assert protocol["texts"]["en"]["meaning_html"] == (
        "<p>Official record of the result. See "
        '<a class="term" href="/glossary#observer">observer</a>.</p>'
    )
    assert protocol["texts"]["ru"]["term"] == "протокол"
    assert (protocol["unsure"], observer["unsure"]) == (False, True)
    assert observer["texts"]["en"]["meaning_html"].count("<p>") == 2


def test_a_lesson_in_two_languages(documents: dict[tuple[str, str], Any]) -> None:
    lesson = documents["lesson", "rights/copy"]
    assert (lesson["course"], lesson["lesson"], lesson["minutes"]) == ("rights", "copy", 8)
    assert lesson["clock"] is None
    assert lesson["questions"] == ["copy-when"]
    assert lesson["rule_ids"] == ["protocol-copy"]
    assert lesson["translations"] == {
        "en": {"state": "source", "reviewed_by": None},
        "ru": {"state": "current", "reviewed_by": None},
        "kk": {"state": "missing", "reviewed_by": None},
    }
    english, russian = lesson["texts"]["en"], lesson["texts"]["ru"]
    assert english["objectives"] == ["Ask for the copy.", "Write down a refusal."]
    kinds = [next(iter(set(s) & {"html", "rule", "check"})) for s in english["segments"]]
    assert kinds == ["html", "rule", "check", "html", "html", "html", "html", "html"]
    assert [set(s) for s in english["segments"]] == [set(s) for s in russian["segments"]]
    assert english["segments"][1] == {"rule": "protocol-copy", "from": None}
    assert english["segments"][2] == {"check": "copy-when"}


def test_headings_have_the_ids_of_the_source_in_every_language(
    documents: dict[tuple[str, str], Any],
) -> None:
    for language in ("en", "ru"):
        segments = documents["lesson", "rights/copy"]["texts"][language]["segments"]
        markup = "".join(s.get("html", "") for s in segments)
        assert re.findall(r'<h[23] id="([^"]+)"', markup) == ["h-after-signing", "h-what-you-see"]
        assert 'href="#h-after-signing"' in markup


def test_a_rule_in_two_languages(documents: dict[tuple[str, str], Any]) -> None:
    (rule,) = documents["lesson", "rights/copy"]["rules"]
    assert rule["texts"]["en"] == {
        "name": "A copy, at once",
        "say": "I ask for a signed and stamped copy.",
        "duty": "The commission gives it.",
        "practice": [],
        "do": None,
        "write": None,
        "html": "<p>You may have a copy <strong>in the room</strong>.</p>",
    }
    assert rule["texts"]["ru"]["say"] == "Прошу подписанную копию."
    assert (rule["critical"], rule["contested"], rule["sources"]) == (True, False, ["law-43"])


def test_a_rule_has_a_wording_for_each_time(documents: dict[tuple[str, str], Any]) -> None:
    contested, before, after = documents["lesson", "rights/registration"]["rules"]
    assert contested["contested"] is True
    assert contested["texts"]["en"]["practice"] == [
        "In one city everybody was added.",
        "In another everybody was turned away.",
    ]
    assert (before["from"], before["until"]) == (None, "2022-11-20")
    assert (after["from"], after["until"]) == ("2022-11-21", None)
    segments = documents["lesson", "rights/registration"]["texts"]["en"]["segments"]
    assert segments[2] == {"rule": "accreditation", "from": "2022-11-21"}


def test_a_case_names_its_source_and_a_doubtful_one_says_so(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    lesson = root / "courses/rights/01-copy.md"
    text = lesson.read_text()
    lesson.write_text(
        text.replace("sources: law-43\n    clock", "sources: law-43 law-26\n    clock")
    )
    found = {d["slug"]: d for d in compile_tree(root).documents if d["kind"] == "lesson"}
    (case,) = [s for s in found["rights/copy"]["texts"]["en"]["segments"] if "block" in s]
    assert case["sources"] == ["law-43", "law-26"]
    assert case["clock"] == "2019-06-09"
    assert case["html"] == (
        '<section class="block-case"><h4 class="block-title">The chair who hid</h4>'
        "<p>In June 2019 a chair ran off.</p>"
        '<p class="cite">Election law, 43(8)</p>'
        '<p class="cite">Election law, 26 (not confirmed)</p></section>'
    )


def test_a_picture_is_served_under_its_own_digest(
    good: Compiled, documents: dict[tuple[str, str], Any]
) -> None:
    (name,) = good.files
    assert re.fullmatch(r"[0-9a-f]{12}/plan\.svg", name)
    assert good.files[name] == (GOOD / "courses/rights/plan.svg").read_bytes()
    segments = documents["lesson", "rights/copy"]["texts"]["ru"]["segments"]
    assert segments[4]["html"] == (
        f'<figure class="block-figure"><img src="/content-files/{name}" '
        'alt="Комната со столом." width="640" height="400" loading="lazy">'
        "<figcaption><p>Стол отмечен цифрой 1.</p></figcaption></figure>"
    )


def test_search_reads_every_word_of_a_lesson(documents: dict[tuple[str, str], Any]) -> None:
    words = documents["lesson", "rights/copy"]["texts"]["en"]["plain"]
    for said in ("The protocol and your copy", "Ask for the copy.", "the protocols", "at once"):
        assert said in words
    assert "<" not in words


@pytest.mark.parametrize(
    ("slug", "key"),
    [
        ("copy-when", {"options": ["now", "a-photograph-is-enough"], "right": ["now"]}),
        (
            "copy-which",
            {
                "options": ["a-stamp", "a-signature", "a-receipt"],
                "right": ["a-stamp", "a-signature"],
            },
        ),
        ("copy-true", {"options": ["yes", "no"], "right": ["yes"]}),
        ("copy-order", {"items": ["signed", "ask", "get"]}),
        (
            "copy-match",
            {
                "left": ["chair", "secretary", "member"],
                "right": ["r-signs", "r-writes"],
                "pairs": {"chair": "r-signs", "secretary": "r-writes", "member": "r-signs"},
            },
        ),
        ("copy-number", {"value": "1240", "tolerance": "5"}),
        ("copy-text", {}),
        ("copy-gaps", {"gaps": ["g1", "g2"]}),
    ],
)
def test_the_key_of_each_type(
    slug: str, key: dict[str, Any], documents: dict[tuple[str, str], Any]
) -> None:
    assert documents["question", slug]["key"] == key


def test_the_words_of_a_choice(documents: dict[tuple[str, str], Any]) -> None:
    question = documents["question", "copy-when"]
    assert question["rules"] == ["protocol-copy"]
    assert (question["bank"], question["level"], question["asks"]) == ("rights", 2, None)
    russian = question["texts"]["ru"]
    assert russian["title"] == "Председатель: завтра"
    assert russian["parts"]["now"] == {
        "html": "Копия здесь и сейчас",
        "feedback_html": "<p>Обязанность возникает при подписании.</p>",
    }
    assert russian["explanation_html"] == "<p>Просите в помещении.</p>"
    assert documents["question", "registration-do"]["asks"] == "action"
    assert documents["question", "copy-true"]["clock"] == "2019-06-09"


def test_the_words_of_other_types(documents: dict[tuple[str, str], Any]) -> None:
    match = documents["question", "copy-match"]["texts"]["ru"]
    assert match["columns"] == ["Кто", "Что"]
    assert match["parts"]["r-signs"]["html"] == "подписывает"
    number = documents["question", "copy-number"]["texts"]
    assert (number["en"]["unit"], number["ru"]["unit"]) == ("ballots", "бюллетеней")
    assert number["en"]["parts"]["answer"]["feedback_html"] == "<p>Counted twice.</p>"
    text = documents["question", "copy-text"]["texts"]
    assert text["en"]["accepted"] == ["protocol", "protocol of results"]
    assert text["ru"]["accepted"] == ["протокол", "протокол о результатах"]


def test_the_pieces_of_a_sentence_with_gaps(documents: dict[tuple[str, str], Any]) -> None:
    english = documents["question", "copy-gaps"]["texts"]["en"]
    assert english["prompt_pieces"] == [
        "<p>The copy bears a ",
        {"gap": "g1"},
        " and a ",
        {"gap": "g2"},
        ".</p>",
    ]
    assert english["prompt_html"] == "<p>The copy bears a ____ and a ____.</p>"
    assert english["accepted"] == {"g1": ["stamp", "seal"], "g2": ["signature"]}


def test_the_key_stands_nowhere_in_the_words(documents: dict[tuple[str, str], Any]) -> None:
    """A page shows prompts and options before an answer: nothing there tells the right one."""
    for (kind, _), document in documents.items():
        if kind != "question":
            continue
        for text in document["texts"].values():
            shown = text["prompt_html"] + "".join(p["html"] for p in text["parts"].values())
            assert "[x]" not in shown
            if document["type"] == "gaps":
                assert "stamp" not in shown
                assert "signature" not in shown


def test_a_quiz(documents: dict[tuple[str, str], Any]) -> None:
    quiz = documents["quiz", "practice"]
    assert quiz["draw"][0] == {
        "bank": "rights", "rules": None, "level": [1, 2], "types": None, "critical": None,
        "count": 4,
    }  # fmt: skip
    assert (quiz["minutes"], quiz["attempts"], quiz["wait_hours"]) == (40, 3, 12)
    assert (quiz["pass_percent"], quiz["critical"], quiz["feedback"]) == (80, "all", "each")
    assert quiz["texts"]["ru"]["intro_html"] == "<p>Сначала прочтите.</p>"


def test_a_scenario_with_its_proofs(good: Compiled, documents: dict[tuple[str, str], Any]) -> None:
    scenario = documents["scenario", "refused"]
    assert scenario["start"] == "shrug"
    # best (2) then ok (1): by hand
    assert scenario["maximum"] == 3
    assert scenario["best_path"] == [["shrug", "again"], ["again", "home"]]
    note = scenario["scenes"][1]["choices"][0]
    assert (note["grade"], note["minutes"], note["condition"]) == ("ok", 1, "record >= 1")
    assert note["sets"] == {"copy": "given"}
    assert scenario["scenes"][0]["choices"][2]["effects"] == {"safety": -2}
    assert scenario["scenes"][0]["choices"][1]["id"] == "wait"
    assert scenario["scenes"][2]["outcome"] == "observed-documented"
    assert note["texts"]["ru"]["html"] == "Показать запись"
    (proof,) = good.proofs
    assert not proof.bounded
    assert proof.text.splitlines()[1] == (
        "  best: 3 points, 3 minutes, observed-documented, passes (safety 3, record 1)"
    )


def test_a_programme(documents: dict[tuple[str, str], Any]) -> None:
    programme = documents["programme", "precinct-observer"]
    assert programme["requires"] == {
        "lessons": ["rights", "rights/copy"],
        "quizzes": ["practice"],
        "scenarios": ["refused"],
        "practical": {},
        "certificates": [],
        "counts": {},
        "pledge": True,
    }
    assert programme["critical_rules"] == ["protocol-copy"]
    assert programme["valid"] == {"days_after_election": 30, "months": 12}
    assert programme["renewal"]["lead_days"] == 30
    text = programme["texts"]["en"]
    assert text["body_html"] == "<p>Has been trained as an observer.</p>"
    assert text["pledge_html"] == "<p>I observe, and take no part.</p>"


def test_a_file_with_a_problem_gives_no_document(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    bank = root / "quizzes/banks/rights.md"
    bank.write_text(bank.read_text().replace("- [x] True {#yes}", "- [ ] True {#yes}"))
    compiled = compile_tree(root)
    assert len(compiled.problems) == 1
    kinds = {d["kind"] for d in compiled.documents}
    assert kinds.isdisjoint({"bank", "question"})
    assert {"lesson", "quiz", "scenario"} <= kinds
