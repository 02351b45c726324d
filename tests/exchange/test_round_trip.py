"""Out and in again: a bank that went through another format is the same bank."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.content.rendering import slug
from lms.domain.folding import fold_answer
from lms.exchange import gift_writing, moodle_writing
from lms.exchange.bank import questions_of
from lms.exchange.items import Item, Part, Refused
from lms.exchange.keeping import READERS
from lms.exchange.making import a_gap
from lms.exchange.placing import Known, Placing
from lms.exchange.reduction import escaped, guarded
from tests.exchange.reading import bank_of, text_file, written_in

BANKS = Path(__file__).resolve().parents[2] / "quizzes" / "banks"
WRITERS = {"gift": gift_writing.write, "moodle-xml": moodle_writing.write}
# Why a question may be left out of a file; anything else would be a loss.
GIFT_MAY_LACK = (
    "no questions of order",
    "room for one gap",
    "GIFT takes",
    "has no place",
    "no other program",
)
MOODLE_MAY_LACK = ("has no place", "braces beside the gaps", "no other program")

_SIGNS = "~=#{}:\\\"'%<>&[]()*_`|/->.,;!?$@^+№«»…–"
_LETTERS = string.ascii_letters + string.digits + "ёжәғқңөұүһі" + _SIGNS + "    "
words = st.text(_LETTERS, min_size=1, max_size=30).map(escaped).filter(bool).map(guarded)
typed = (
    st.text(string.ascii_letters + string.digits + 'жәқ ~=#:\\"*%.-', min_size=1, max_size=15)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(sign.isalnum() for sign in text))
    # Before the bar between two answers a bank reads a backslash as the bar's own.
    .filter(lambda text: not text.endswith("\\"))
)
emphasis = st.tuples(words, st.sampled_from(["*", "**"]), st.text("abcж", min_size=1)).map(
    lambda found: f"{found[0]} {found[1]}{found[2]}{found[1]}"
)
line = st.one_of(words, emphasis)
prompts = st.lists(line, min_size=1, max_size=3).map("\n\n".join)
maybe = st.one_of(st.just(""), prompts)
numbers = st.decimals(-99999, 99999, places=2).map(lambda n: f"{n.normalize():f}")


@st.composite
def parts(draw: st.DrawFn, *, other: bool = False) -> tuple[Part, ...]:
    texts = draw(st.lists(words, min_size=2, max_size=5, unique=True))
    made = []
    for number, text in enumerate(texts):
        id_ = f"p{number}" if draw(st.booleans()) or not slug(text, 40) else ""
        right = draw(words) if other else ""
        made.append(Part(text, id_, "" if other else draw(prompts), other=right))
    ids = [part.id or slug(part.text, 40) for part in made]
    assume(len(set(ids)) == len(ids))
    return tuple(made)


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    kind = draw(
        st.sampled_from(
            ["single", "multiple", "truefalse", "order", "match", "number", "text", "gaps"]
        )
    )
    fields: dict[str, object] = {
        "type": kind,
        "title": draw(words),
        "prompt": draw(prompts),
        "explanation": draw(maybe),
        "id": f"question-{number}",
        "rules": tuple(draw(st.sets(st.sampled_from(["rule-one", "rule-two"]), min_size=1))),
        "level": draw(st.integers(1, 3)),
        "asks": draw(st.sampled_from(["", "action"])),
        "clock": draw(st.sampled_from(["", "2019-06-09"])),
    }
    fields.update(draw(_answers(kind)))
    return Item(**fields)  # type: ignore[arg-type]


@st.composite
def _answers(draw: st.DrawFn, kind: str) -> dict[str, object]:
    if kind in ("number", "text"):
        feedback = {"feedback": draw(maybe)}
        if kind == "text":
            accepted = draw(st.lists(typed, min_size=1, max_size=3, unique_by=fold_answer))
            return {"accepted": tuple(accepted), **feedback}
        tolerance = draw(numbers).lstrip("-")
        unit = draw(st.sampled_from(["", "ballots", "% of votes", "бюллетень"]))
        return {"value": draw(numbers), "tolerance": tolerance, "unit": unit, **feedback}
    if kind == "gaps":
        pieces = draw(st.lists(words, min_size=2, max_size=4))
        gaps = [
            "{{"
            + "|".join(draw(st.lists(typed, min_size=1, max_size=2, unique_by=fold_answer)))
            + "}}"
            for _ in pieces[1:]
        ]
        text = pieces[0]
        for gap, piece in zip(gaps, pieces[1:], strict=True):
            text += f" {gap} {piece}"
        return {"prompt": text}
    if kind == "match":
        return {"parts": draw(parts(other=True)), "columns": ("Who", draw(words))}
    made = draw(parts())
    if kind == "order":
        return {"parts": made}
    right = draw(st.sets(st.sampled_from(range(len(made))), min_size=1))
    if kind != "multiple":
        right = {min(right)}
    if kind == "truefalse":
        made = draw(st.sampled_from([made[:2], _true_false(made)]))
        right = {min(right) % 2}
    marked = [Part(p.text, p.id, p.feedback, n in right) for n, p in enumerate(made)]
    return {"parts": tuple(marked)}


def _true_false(made: tuple[Part, ...]) -> tuple[Part, ...]:
    return (Part("True", "", made[0].feedback), Part("False", "", made[1].feedback))


@given(st.data())
def test_export_then_import_changes_nothing(data: st.DataObject) -> None:
    made = [data.draw(items(number)) for number in range(2)]
    known = Known({"rule-one": False, "rule-two": False})
    # Only what the compiler takes can stand in a bank: the others prove nothing here.
    gate = Placing("made", known)
    sound = [item for item in made if not gate._gate(item, _section(item))]
    assume(sound)
    written = written_in(bank_of(sound))
    assert [one.item for one in written] == sound
    for form, may_lack in (("gift", GIFT_MAY_LACK), ("moodle-xml", MOODLE_MAY_LACK)):
        text, left_out = WRITERS[form]("Made", written)
        for _, why in left_out:
            assert any(reason in why for reason in may_lack), why
        missing = {question.id for question, _ in left_out}
        placing = Placing("made", known)
        back = [placing.place(found) for found in READERS[form](text.encode())]
        assert [one.reasons for one in back] == [()] * len(back)
        assert [one.item for one in back] == [item for item in sound if item.id not in missing]


def _section(item: Item) -> str:
    return bank_of([item]).split("---\n", 2)[2]


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("file", sorted(BANKS.glob("*[!.][!.][!.].md")), ids=lambda f: f.stem)
def test_each_shipped_bank_comes_back_as_it_was(file: Path, form: str) -> None:
    if "." in file.stem:
        return
    title, written = questions_of(text_file(file.read_text("utf-8")))
    text, left_out = WRITERS[form](title, written)
    missing = {question.id for question, _ in left_out}
    expected = [one.item for one in written if one.id not in missing]
    assert [found.item for found in READERS[form](text.encode())] == expected
    reasons = GIFT_MAY_LACK if form == "gift" else MOODLE_MAY_LACK
    assert all(any(reason in why for reason in reasons) for _, why in left_out)


def test_what_another_format_cannot_hold_is_left_out_by_name() -> None:
    shared = "## The evening {#evening .stem}\n\nHalf past six.\n\n"
    choice = "Which?\n\n- [x] This\n    > Yes.\n- [ ] That\n    > No.\n"
    attributes = 'rules="rule-one" type=single level=1'
    text = (
        f"---\ntitle: Made\n---\n{shared}## One {{#one {attributes} stem=evening}}\n\n{choice}\n"
        f"## Two {{#two {attributes}}}\n\n/// hint\nLook.\n///\n\n{choice}\n"
        f"## Three {{#three {attributes}}}\n\nRead[^1].\n\n{choice}\n[^1]: A note.\n\n"
        f"## Four {{#four {attributes}}}\n\n{choice}"
    )
    written = written_in(text)
    assert [(one.id, one.item is not None) for one in written] == [
        ("one", False),
        ("two", False),
        ("three", False),
        ("four", True),
    ]
    for write in WRITERS.values():
        _, left_out = write("Made", written)
        whys = [why for _, why in left_out]
        assert ["stem" in whys[0], "hint" in whys[1], "footnote" in whys[2]] == [True] * 3


def test_an_answer_that_would_lose_its_backslash_is_refused_and_not_changed() -> None:
    assert a_gap(["0", "1\\"]) == "{{0|1\\}}"
    with pytest.raises(Refused, match="ends with a backslash"):
        a_gap(["1\\", "0"])
