"""The sections of a joint exercise, as they are written: what each may hold, and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lms.content.blocks import Item, Section, is_bullet, read_items, split_sections
from lms.content.context import Context, Document
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.domain.joint.exercise import BOTH, GRADES, LETTERS, SIDES

SCENE = "scene"
KINDS = ("role", "before", "inject", "debrief", "script")
FEWEST_OPTIONS = 2
MOST_MINUTES = 120
MOST_PLAYERS = 99

# What may be written in the braces of each kind of section: keys, and classes besides its kind.
_ALLOWED: dict[str, tuple[list[str], list[str]]] = {
    SCENE: (["minutes"], ["swap"]),
    "role": (["side", "most"], []),
    "before": (["rules"], []),
    "inject": (["during", "at", "side"], []),
    "debrief": (["side"], []),
    "script": ([], []),
}
# The sub-sections of a scene besides what each side may choose.
SETTLED, SCRIPT = "settled", "script"


@dataclass
class Choices:
    """A question to one side or to both: its words, and its answers A to D."""

    title: str
    line: int
    prompt: Piece
    items: list[Item]


@dataclass
class Part:
    """One section. ``kind`` is what it is, ``document`` what the program makes of it."""

    kind: str
    id: str
    section: Section
    report: Report
    prompt: Piece
    choices: dict[str, Choices] = field(default_factory=dict)
    below: dict[str, Section] = field(default_factory=dict)
    document: Document = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.section.line

    @property
    def path(self) -> str:
        return self.section.attributes.path

    def say(self, line: int, what: str, remedy: str) -> None:
        self.report.problem(self.path, line, what, remedy)

    def judge(self, context: Context) -> None:
        """Read what the source says of this section, and report what is wrong in it."""
        if not self.prompt:
            self.say(self.line, f"the section “{self.id}” is empty", "write what stands in it")
        _JUDGES[self.kind](self, context)
        for name, choices in self.choices.items():
            _judge_choices(self, name, choices, context)

    def write(self, document: Document) -> None:
        """Put it into the document of the exercise."""
        home = {"role": "roles", "before": "questions", SCENE: "scenes", "inject": "injects"}
        if self.kind in home:
            document[home[self.kind]].append(self.document)

    def compare(self, source: Part) -> None:
        """A translation has what its source has, in the same order."""
        if bool(self.prompt) != bool(source.prompt):
            what = f"the words of “{self.id}” are missing here or in the source"
            self.say(self.line, what, "translate what the source has")
        mine, theirs = [*self.choices, *self.below], [*source.choices, *source.below]
        if sorted(mine) != sorted(theirs):
            self.say(
                self.line,
                f"“{self.id}” has the parts {listed(mine) or 'none'}, "
                f"the source has {listed(theirs) or 'none'}",
                "translate each of them, with its id",
            )
        for name, choices in self.choices.items():
            original = source.choices.get(name)
            if original is not None:
                _compare_choices(self, choices, original)

    def word(self, texts: Document, page: Page, context: Context) -> None:
        """Put its words, in the language of ``page``, into ``texts``."""
        draw, report = context.renderer, self.report
        html = draw.block(self.prompt.trimmed(), page, report)
        title = draw.words(self.section.title, self.path, self.line, report, page.language)
        if self.kind == "script":
            texts["script_html"] = html
        elif self.kind == "debrief":
            texts["debriefs"][self.document.get("side", SIDES[0])] = {"title": title, "html": html}
        elif self.kind == "role":
            texts["roles"][self.id] = {"title": title, "html": html}
        elif self.kind == "before":
            options = self._options(BOTH, page, context)
            texts["questions"][self.id] = {"title": title, "html": html, "options": options}
        elif self.kind == "inject":
            script = self._below(SCRIPT, page, context)
            texts["injects"][self.id] = {"title": title, "html": html, "script_html": script}
        else:
            texts["scenes"][self.id] = {
                "title": title,
                "html": html,
                "script_html": self._below(SCRIPT, page, context),
                "settled_html": self._below(SETTLED, page, context),
                "parts": self._parts(page, context),
            }

    def _below(self, name: str, page: Page, context: Context) -> str:
        section = self.below.get(name)
        return context.renderer.block(section.body, page, self.report) if section else ""

    def _parts(self, page: Page, context: Context) -> Document:
        draw = context.renderer
        return {
            name: {
                "title": draw.words(
                    choices.title, self.path, choices.line, self.report, page.language
                ),
                "html": draw.block(choices.prompt, page, self.report) if choices.prompt else "",
                "options": self._options(name, page, context),
            }
            for name, choices in self.choices.items()
        }

    def _options(self, name: str, page: Page, context: Context) -> Document:
        draw, found = context.renderer, {}
        for letter, item in zip(LETTERS, self.choices[name].items, strict=False):
            found[letter] = {
                "html": draw.inline(item.words, self.path, item.line, page, self.report),
                "feedback_html": draw.block(item.feedback, page, self.report)
                if item.feedback
                else "",
            }
        return found


def read_parts(sections: list[Section], report: Report, kinds: list[str] | None) -> list[Part]:
    """The sections of a file, split into what they hold.

    ``kinds`` are those of the source, in its order, for a translation: there braces give the id
    alone. None means that this is the source.
    """
    parts = []
    for position, section in enumerate(sections):
        if section.attributes.id is None:
            report.problem(
                section.attributes.path,
                section.line,
                "a section without an id",
                "end the heading with {#id …}",
            )
            section.attributes.id = f"line-{section.line}"
        if kinds is None:
            parts.append(_part(section, _kind(section, report), report, source=True))
        else:
            section.attributes.known(report, [], [], [], "on a translated section")
            parts.append(_part(section, kinds[position], report, source=False))
    return parts


def _kind(section: Section, report: Report) -> str:
    classes = section.attributes.classes
    kind = next((name for name in classes if name in KINDS), SCENE)
    keys, more = _ALLOWED[kind]
    # A scene has no class of its own: whoever mistypes another kind is offered all of them.
    known = [*more, *KINDS] if kind == SCENE else [*more, kind]
    section.attributes.known(report, keys, [], known, f"on a section of kind {kind}")
    return kind


def _part(section: Section, kind: str, report: Report, *, source: bool) -> Part:
    part = Part(kind, section.attributes.id or "", section, report, section.body)
    if kind == "before":
        part.prompt, region = _split_options(section.body)
        items = read_items(region, report)
        part.choices[BOTH] = Choices(section.title, section.line, part.prompt, items)
    elif kind in (SCENE, "inject"):
        part.prompt, below = split_sections(section.body, report, level=3)
        for one in below:
            _read_below(part, one, source=source)
    return part


def _read_below(part: Part, section: Section, *, source: bool) -> None:
    name = section.attributes.id or ""
    known = [*SIDES, BOTH, SETTLED, SCRIPT] if part.kind == SCENE else [SCRIPT]
    if name not in known:
        what = f"the part “{name or section.title}” in a section of kind {part.kind}"
        remedy = did_you_mean(name, known, f"end the heading with one of: {listed(known)}")
        part.say(section.line, what, remedy)
        return
    if name in part.choices or name in part.below:
        part.say(section.line, f"the part “{name}” again", "keep one")
        return
    keys = ["rules"] if source and name == SETTLED else []
    section.attributes.known(part.report, keys, [], [], f"on the part “{name}”")
    if not section.body:
        part.say(section.line, f"the part “{name}” is empty", "write it, or delete the heading")
    if name in (SETTLED, SCRIPT):
        part.below[name] = section
    else:
        prompt, region = _split_options(section.body)
        items = read_items(region, part.report)
        part.choices[name] = Choices(section.title, section.line, prompt, items)


def _split_options(body: Piece) -> tuple[Piece, Piece]:
    """What is asked, and from the first entry of a list on the answers."""
    first = next((i for i, line in enumerate(body.lines) if is_bullet(line)), len(body.lines))
    return body.part(0, first).trimmed(), body.part(first, len(body.lines))


def _judge_role(part: Part, context: Context) -> None:  # noqa: ARG001 (judges look alike)
    part.document = {
        "id": part.id,
        "side": _side(part, required=True),
        "most": part.section.attributes.whole(part.report, "most", 1, MOST_PLAYERS),
    }


def _judge_before(part: Part, context: Context) -> None:
    part.document = {
        "id": part.id,
        "rules": _rules(part, part.section, context),
        "options": [],
    }


def _judge_inject(part: Part, context: Context) -> None:  # noqa: ARG001 (judges look alike)
    attributes = part.section.attributes
    minute = attributes.whole(part.report, "at", 0, MOST_MINUTES)
    for key, missing in (("during", "during" not in attributes.pairs), ("at", minute is None)):
        if missing and key not in attributes.pairs:
            example = {"during": "during=scene-id", "at": "at=3: the minute of the scene"}[key]
            part.say(part.line, f"an inject without “{key}=”", f"write {example}")
    part.document = {
        "id": part.id,
        "scene": attributes.pairs.get("during", ""),
        "at": minute or 0,
        "side": _side(part, required=False),
    }


def _judge_debrief(part: Part, context: Context) -> None:  # noqa: ARG001 (judges look alike)
    part.document = {"side": _side(part, required=True) or SIDES[0]}


def _judge_script(part: Part, context: Context) -> None:
    """The facilitator's script of the whole is words alone."""


def _judge_scene(part: Part, context: Context) -> None:
    attributes = part.section.attributes
    minutes = attributes.whole(part.report, "minutes", 1, MOST_MINUTES)
    if minutes is None and "minutes" not in attributes.pairs:
        part.say(part.line, "a scene without its time", "write minutes=10 after its id")
    names = sorted(part.choices)
    if names not in ([BOTH], sorted(SIDES)):
        part.say(
            part.line,
            f"a scene asks {listed(names) or 'nobody'}",
            "write ### … {#observer} and ### … {#commission}, or ### … {#both} alone",
        )
    for name, wanted in ((SETTLED, '{#settled rules="…"}'), (SCRIPT, "{#script}")):
        if name not in part.below:
            part.say(part.line, f"a scene without “{name}”", f"write ### … {wanted}")
    settled = part.below.get(SETTLED)
    part.document = {
        "id": part.id,
        "minutes": minutes or 1,
        "swap": "swap" in attributes.classes,
        "rules": _rules(part, settled, context) if settled else [],
        "parts": {name: [] for name in part.choices},
    }


_JUDGES: dict[str, Callable[[Part, Context], None]] = {
    SCENE: _judge_scene,
    "role": _judge_role,
    "before": _judge_before,
    "inject": _judge_inject,
    "debrief": _judge_debrief,
    "script": _judge_script,
}


def _side(part: Part, *, required: bool) -> str | None:
    side = part.section.attributes.pairs.get("side")
    if side in SIDES or (side is None and not required):
        return side
    what = f"the side “{side}”" if side is not None else f"a {part.kind} without a side"
    part.say(part.line, what, f"write side= and one of: {listed(SIDES)}")
    return None


def _rules(part: Part, section: Section, context: Context) -> list[str]:
    rules = section.attributes.words_of("rules")
    if not rules:
        part.say(section.line, f"“{section.title}” rests on no rule", 'write rules="rule-id"')
    for rule in rules:
        context.index.refer("rule", rule, part.path, section.line)
    return rules


def _judge_choices(part: Part, name: str, choices: Choices, context: Context) -> None:
    if not FEWEST_OPTIONS <= len(choices.items) <= len(LETTERS):
        part.say(
            choices.line,
            f"{len(choices.items)} answers for “{name}”",
            f"write {FEWEST_OPTIONS} to {len(LETTERS)}, as - text {{best}}: "
            "they become the cards A to D",
        )
    options: list[Document] = []
    for letter, item in zip(LETTERS, choices.items, strict=False):
        about = item.attributes
        about.known(part.report, ["rules"], list(GRADES), [], "on an answer")
        grades = [word for word in about.words if word in GRADES]
        if len(grades) != 1:
            what = "an answer with two grades" if grades else "an answer without a grade"
            part.say(item.line, what, f"write one of: {listed(GRADES)}")
        if not item.feedback:
            remedy = "write it below, as an indented quote: “    > …”"
            part.say(item.line, "an answer of which nothing is said afterwards", remedy)
        for rule in about.words_of("rules"):
            context.index.refer("rule", rule, part.path, item.line)
        grade = grades[0] if grades else GRADES[0]
        options.append({"letter": letter, "grade": grade, "rules": about.words_of("rules")})
    if options and not any(option["grade"] == "best" for option in options):
        part.say(choices.line, f"no answer for “{name}” is the best", "grade one {best}")
    if part.kind == SCENE:
        part.document["parts"][name] = options
    else:
        part.document["options"] = options


def _compare_choices(part: Part, choices: Choices, source: Choices) -> None:
    if len(choices.items) != len(source.items):
        part.say(
            choices.line,
            f"{len(choices.items)} answers, the source has {len(source.items)}",
            "translate each of them, in the same order",
        )
    if bool(choices.prompt) != bool(source.prompt):
        part.say(choices.line, "what is asked is missing here or in the source", "translate it")
    for item, original in zip(choices.items, source.items, strict=False):
        item.attributes.known(part.report, [], [], [], "on a translated answer")
        if bool(item.feedback) != bool(original.feedback):
            remedy = "write it below, as an indented quote: “    > …”"
            part.say(item.line, "what is said of this answer is not translated", remedy)
