"""The rule block: the atom, written where it is taught."""

from __future__ import annotations

from dataclasses import dataclass

from lms.content.blocks import Block
from lms.content.context import Context, Document
from lms.content.heads import ID
from lms.content.options import Options
from lms.content.problems import Report
from lms.content.rendering import Page

SOURCES_OWN = ("sources", "critical", "until", "contested", "no-duty")
# What only a contested rule says: how it is applied, what to do, what to write down.
OF_CONTESTED = ("practice", "do", "write")


@dataclass
class RuleBlock:
    """One wording of a rule. ``document`` is its entry in the lesson; texts come by language."""

    id: str
    line: int
    block: Block
    options: Options
    document: Document


def read_rule(
    block: Block, context: Context, report: Report, expected: RuleBlock | None
) -> RuleBlock:
    """Read a rule block; in a translation ``expected`` is the block of the source."""
    if expected is not None:
        options = Options(block, report, SOURCES_OWN, many="practice")
        first_day = options.date("from")
        if first_day is not None and first_day != expected.document["from"]:
            report.problem(
                block.path,
                block.line,
                f"this wording begins on {first_day}, in the source on "
                f"{expected.document['from'] or 'no date'}",
                "repeat the date of the source",
            )
        return RuleBlock(block.name, block.line, block, options, expected.document)
    options = Options(block, report, many="practice")
    if not ID.match(block.name):
        report.problem(
            block.path,
            block.line,
            f"the rule's id “{block.name}” is not kebab-case",
            "use small Latin letters, digits and hyphens",
        )
    sources = options.ids("sources")
    document: Document = {
        "id": block.name,
        "critical": options.flag("critical"),
        "contested": options.flag("contested"),
        "sources": [word.text for word in sources],
        "from": options.date("from"),
        "until": options.date("until"),
        "texts": {},
    }
    for word in sources:
        context.index.refer("source", word.text, block.path, word.line)
    if not sources and block.name:
        report.problem(
            block.path,
            block.line,
            f"the rule “{block.name}” cites no source",
            "write sources: and ids from courses/sources.yml",
        )
    if document["from"] and document["until"] and document["from"] > document["until"]:
        report.problem(
            block.path, block.line, "“until” lies before “from”", "exchange the two dates"
        )
    context.index.define("rule", block.name, block.path, block.line)
    rule = RuleBlock(block.name, block.line, block, options, document)
    _contested(rule, report)
    _mirrored(rule, report)
    return rule


def _mirrored(rule: RuleBlock, report: Report) -> None:
    """No right without a duty or an explanation: whoever says the sentence aloud has to know who
    owes what for it, and the commission learns its side from the same record.

    Source: beyond the peers 21.
    """
    block = rule.block
    explained = rule.options.one("no-duty") is not None
    written = {option.key for option in block.options}
    if explained and "duty" in written:
        report.problem(
            block.path, block.line, "a duty, and why there is none", "delete duty: or no-duty:"
        )
    elif not explained and "say" in written and "duty" not in written:
        report.problem(
            block.path,
            block.line,
            f"“{block.name}” gives a sentence to say, and not what it asks of the commission",
            "write duty: and what the commission owes, or no-duty: and why it owes nothing",
        )


def _contested(rule: RuleBlock, report: Report) -> None:
    block, options = rule.block, rule.options
    if not rule.document["contested"]:
        for key in OF_CONTESTED:
            for option in options.all(key)[:1]:
                report.problem(
                    block.path,
                    option.line,
                    f"“{key}” in a rule that is not contested",
                    "write contested: true, or put it into the text",
                )
        return
    if rule.document["critical"]:
        report.problem(
            block.path,
            block.line,
            "a contested rule that is critical",
            "delete critical: nobody may fail for an unsettled point",
        )
    for key in OF_CONTESTED:
        if not options.all(key):
            report.problem(
                block.path,
                block.line,
                f"a contested rule without “{key}”",
                "write practice: how it is applied, do: what the observer does, "
                "write: what to note",
            )


def rule_text(
    rule: RuleBlock,
    language: str,
    page: Page,
    context: Context,
    report: Report,
    expected: RuleBlock | None,
) -> Document:
    """The words of a rule in one language; what the source does not say may not be added."""
    options, block = rule.options, rule.block
    words = context.renderer.words

    def one(key: str, *, required: bool = False) -> str | None:
        option = options.one(key, required=required)
        if option is None:
            return None
        return words(option.value, block.path, option.line, context.report, language)

    text: Document = {
        "name": one("name", required=True) or "",
        "say": one("say"),
        "duty": one("duty"),
        "practice": [
            words(option.value, block.path, option.line, context.report, language)
            for option in options.all("practice")
        ],
        "do": one("do"),
        "write": one("write"),
    }
    options.finish()
    if expected is not None:
        _as_in_the_source(rule, text, expected.document["texts"]["en"], report)
    if not block.body:
        report.problem(
            block.path, block.line, "a rule without text", "write it after an empty line"
        )
    text["html"] = context.renderer.block(block.body, page, context.report)
    return text


def _as_in_the_source(rule: RuleBlock, text: Document, source: Document, report: Report) -> None:
    for key in ("say", "duty", "do", "write"):
        if bool(text[key]) != bool(source[key]):
            report.problem(
                rule.block.path,
                rule.line,
                f"“{key}” is not translated" if source[key] else f"the source has no “{key}”",
                f"write {key}: and its words" if source[key] else "delete it here",
            )
    if len(text["practice"]) != len(source["practice"]):
        report.problem(
            rule.block.path,
            rule.line,
            f"{len(text['practice'])} times “practice”, the source has {len(source['practice'])}",
            "translate each of them, in the same order",
        )
