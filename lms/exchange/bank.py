"""Our side: a question of a bank as an item, and an item as the Markdown of a bank."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from lms.content.answers import Answers, Tools
from lms.content.banks import TYPES, parts_of
from lms.content.blocks import Section, split_sections
from lms.content.context import Context
from lms.content.heads import split_head
from lms.content.listed import Listed
from lms.content.matching import Match
from lms.content.pictured import has_blocks, pictures_in
from lms.content.problems import Report
from lms.content.reading import Piece, TextFile
from lms.content.rendering import Page, Renderer
from lms.content.typed import Number, Text
from lms.exchange.items import Item, Part, Picture

CHOICES = ("single", "multiple", "truefalse")
KNOWN = (*CHOICES, "order", "match", "number", "text", "gaps")
_CARRIED = ("rules", "type", "level", "asks", "clock")
_BAR = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\{\{([^{}\n]*)\}\}")


@dataclass(frozen=True)
class Written:
    """A question as it stands in a bank. ``why`` says why no item could be made of it."""

    id: str
    title: str
    line: int
    item: Item | None
    why: str = ""


def questions_of(file: TextFile) -> tuple[str, list[Written]]:
    """The title of a bank and its questions. The file must have passed ``lms check``."""
    report = Report()
    head, body = split_head(file, report)
    title = head.text("title")
    _, sections = split_sections(body, report)
    renderer = Renderer()
    renderer.knows_terms = False
    return title, [
        _written(section, Context(report, renderer), file.folder)
        for section in sections
        if "stem" not in section.attributes.classes
    ]


def _written(section: Section, context: Context, folder: Path) -> Written:
    attributes = section.attributes
    id_, type_ = attributes.id or "", attributes.pairs.get("type", "")

    def left_out(why: str) -> Written:
        return Written(id_, section.title, section.line, None, why)

    if type_ not in KNOWN:
        return left_out(f"no other program is known to take the type “{type_}” as it is meant here")
    more = [key for key in attributes.pairs if key not in _CARRIED]
    if more or attributes.words or attributes.classes:
        named = [*more, *attributes.words, *attributes.classes]
        return left_out(f"“{named[0]}” on the question has no place in the other format")
    tools = Tools(
        context, context.report, Page("en", scope=id_), attributes.path, section.line, folder
    )
    body, explanation, beside = parts_of(section, tools)
    if beside.hints or beside.trainer:
        return left_out("a hint or a note for trainers has no place in the other format")
    if tools.page.notes or tools.page.abbreviations:
        return left_out("a footnote or an abbreviation has no place in the other format")
    answers = TYPES[type_](body, tools, None)
    if not answers.sound:
        return left_out("it has problems; mend what lms check says")
    item = _item(section, answers, _text(explanation), type_)
    item = replace(item, pictures=_pictures(answers.prompt, folder))
    return Written(id_, section.title, section.line, item)


def _pictures(prompt: Piece, folder: Path) -> tuple[Picture, ...]:
    found = []
    for name in pictures_in(prompt) if has_blocks(prompt) else []:
        file = folder / Path(name).name
        if file.is_file() and not file.is_symlink():
            found.append(Picture(file.name, file.read_bytes()))
    return tuple(dict.fromkeys(found))


def _item(section: Section, answers: Answers, explanation: str, type_: str) -> Item:
    pairs = section.attributes.pairs
    level = pairs.get("level", "")
    shared = Item(
        type=type_,
        title=section.title,
        prompt=_text(answers.prompt),
        explanation=explanation,
        id=section.attributes.id or "",
        rules=tuple(section.attributes.words_of("rules")),
        level=int(level) if level.isdigit() else 0,
        asks=pairs.get("asks", ""),
        clock=pairs.get("clock", ""),
    )
    return _with_answers(shared, answers, section)


def _with_answers(item: Item, answers: Answers, section: Section) -> Item:
    changes: dict[str, object] = {}
    if isinstance(answers, Listed):
        changes["parts"] = tuple(
            Part(entry.words, entry.attributes.id or "", _text(entry.feedback), entry.mark == "x")
            for entry in answers.items
        )
    elif isinstance(answers, Match):
        changes["parts"] = tuple(
            Part(pair.left.words, pair.left.attributes.id or "", other=pair.right)
            for pair in answers.pairs
        )
        changes["columns"] = _columns(section)
    elif isinstance(answers, Number):
        changes["value"], changes["tolerance"] = answers.key["value"], answers.key["tolerance"]
        changes["unit"] = answers.unit or ""
        changes["feedback"] = _text(answers.line.feedback)
    elif isinstance(answers, Text):
        changes["accepted"] = tuple(answers.accepted)
        changes["feedback"] = _text(answers.line.feedback)
    return Item(**{**vars(item), **changes})


def _columns(section: Section) -> tuple[str, str]:
    """The head of a table as it is written: the document keeps it without its markup."""
    head = next(line for line in section.body.lines if line.lstrip().startswith("|"))
    left, right = _BAR.split(head.strip().strip("|"))
    return left.replace("\\|", "|").strip(), right.replace("\\|", "|").strip()


def _text(piece: Piece | None) -> str:
    return piece.text.strip() if piece else ""


def gap_pieces(prompt: str) -> tuple[list[str], list[list[str]]]:
    """A prompt with gaps: the text around them, and the answers that each accepts."""
    pieces = _GAP.split(prompt)
    accepted = [
        [" ".join(word.split()) for word in inside.replace("\\|", "|").split("|")]
        for inside in pieces[1::2]
    ]
    return pieces[::2], accepted


def section_of(item: Item) -> str:
    """The question as a bank writes it. Its words must be Markdown already."""
    attributes = [f"#{item.id}", f'rules="{" ".join(item.rules)}"', f"type={item.type}"]
    attributes.append(f"level={item.level}")
    attributes += [f"asks={item.asks}"] if item.asks else []
    attributes += [f"clock={item.clock}"] if item.clock else []
    blocks = [f"## {item.title} {{{' '.join(attributes)}}}"]
    blocks += [item.prompt] if item.prompt else []
    answers = _answers_of(item)
    blocks += [answers] if answers else []
    blocks += [_quoted(item.explanation, "")] if item.explanation else []
    return "\n\n".join(blocks) + "\n"


def _answers_of(item: Item) -> str:
    if item.type in CHOICES:
        return "\n".join(_entry(f"- [{'x' if part.right else ' '}]", part) for part in item.parts)
    if item.type == "order":
        return "\n".join(_entry(f"{n}.", part) for n, part in enumerate(item.parts, 1))
    if item.type == "match":
        rows = [f"| {_cell(item.columns[0])} | {_cell(item.columns[1])} |", "|---|---|"]
        rows += [f"| {_cell(_with_id(part))} | {_cell(part.other)} |" for part in item.parts]
        return "\n".join(rows)
    if item.type == "number":
        tolerance = f" ± {item.tolerance}" if item.tolerance not in ("", "0") else ""
        line = f"= {item.value}{tolerance} {item.unit}".rstrip()
    elif item.type == "text":
        line = "= " + " | ".join(item.accepted)
    else:
        return ""
    return line + (f"\n{_quoted(item.feedback, '    ')}" if item.feedback else "")


def _entry(mark: str, part: Part) -> str:
    line = f"{mark} {_with_id(part)}"
    return line + (f"\n{_quoted(part.feedback, '    ')}" if part.feedback else "")


def _with_id(part: Part) -> str:
    return f"{part.text} {{#{part.id}}}" if part.id else part.text


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _quoted(text: str, indent: str) -> str:
    return "\n".join(f"{indent}> {line}".rstrip() for line in text.split("\n"))
