"""Banks: one heading, one question."""

from __future__ import annotations

from lms.content.answers import Answers, Body, Tools
from lms.content.beside import Beside, Stems, take_beside
from lms.content.blocks import Section, is_quote, split_sections, unquoted
from lms.content.context import Bundle, Context, Document
from lms.content.heads import ID, split_head
from lms.content.listed import Choice, Multiple, Order, TrueFalse
from lms.content.matching import Match
from lms.content.owned import own_figures, own_figures_stand
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.rubrics import Essay
from lms.content.spotted import Spot
from lms.content.translations import Translation, finish_head, open_translations, states
from lms.content.typed import Gaps, Number, Text

LEVELS = (1, 3)
TYPES: dict[str, type[Answers]] = {
    "single": Choice,
    "multiple": Multiple,
    "truefalse": TrueFalse,
    "order": Order,
    "match": Match,
    "number": Number,
    "text": Text,
    "gaps": Gaps,
    "spot": Spot,
    "essay": Essay,
}

_KEYS = ["rules", "type", "level", "asks", "clock", "stem", "own"]


class _Question:
    """A question of the source, with what its translations are compared to."""

    def __init__(self, section: Section, document: Document, answers: Answers) -> None:
        self.section = section
        self.document = document
        self.answers = answers
        self.explained = False
        self.beside = Beside()


def read_bank(bundle: Bundle, context: Context) -> None:
    """Make the documents of a bank and of each of its questions."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    title = head.text("title")
    head.finish()
    context.index.define("bank", bundle.slug, path, 1)
    before, sections = split_sections(body, report)
    _nothing_before(before, report)
    if not sections:
        report.problem(path, body.start, "a bank without questions", "write ## title {#id …}")
    questions: dict[str, _Question] = {}
    stems = Stems(context)
    for section in sections:
        if "stem" in section.attributes.classes:
            stems.read(section, "en", report, path)
            continue
        question = _source_question(section, bundle, context)
        if question is not None and question.document["slug"] not in questions:
            questions[question.document["slug"]] = question
    document: Document = {
        "kind": "bank",
        "slug": bundle.slug,
        "questions": list(questions),
        "texts": {"en": {"title": title}},
    }
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    for translation in translations:
        finish_head(translation, head)
        if translation.shown:
            document["texts"][translation.language] = {"title": translation.title}
        _translate(translation, questions, stems, context)
    context.keep(document, bundle)
    for question in questions.values():
        question.document["translations"] = states(translations)
        _give_stem(question, stems, context)
        own_figures_stand(question.document, context.report, path, question.section.line)
        context.keep(question.document, bundle, question.section.line)


def _give_stem(question: _Question, stems: Stems, context: Context) -> None:
    stem = question.document["stem"]
    if stem is not None and stem not in stems:
        context.report.problem(
            question.section.attributes.path,
            question.section.line,
            f"no stem “{stem}” in this bank",
            "write ## title {#id .stem} and its text",
        )
    stems.give(question.document)


def _nothing_before(before: Piece, report: Report) -> None:
    if before:
        report.problem(
            before.path,
            before.start,
            "text before the first question",
            "write it under a heading: ## title {#id …}",
        )


def _source_question(section: Section, bundle: Bundle, context: Context) -> _Question | None:
    report, attributes = context.report, section.attributes
    path, line = attributes.path, section.line
    attributes.known(report, _KEYS, [], [], "on a question")
    if attributes.id is None:
        report.problem(path, line, "a question without an id", "end the heading with {#id …}")
        return None
    context.index.define("question", attributes.id, path, line)
    rules = attributes.words_of("rules")
    if not rules:
        report.problem(
            path, line, f"the question “{attributes.id}” names no rule", 'write rules="rule-id"'
        )
    for rule in rules:
        context.index.refer("rule", rule, path, line)
    level = attributes.whole(report, "level", *LEVELS)
    if "level" not in attributes.pairs:
        report.problem(path, line, "a question without a level", "write level=1, 2 or 3")
    asks = attributes.pairs.get("asks")
    if asks not in (None, "action"):
        report.problem(path, line, f"“asks” is “{asks}”", "write asks=action, or leave it out")
    type_ = attributes.pairs.get("type", "")
    if type_ not in TYPES:
        report.problem(
            path,
            line,
            f"the type “{type_}”" if type_ else "a question without a type",
            did_you_mean(type_, TYPES, f"write type= and one of: {listed(TYPES)}"),
        )
        return None
    document: Document = {
        "kind": "question",
        "slug": attributes.id,
        "bank": bundle.slug,
        "type": type_,
        "rules": rules,
        "level": level or 1,
        "asks": asks if asks == "action" else None,
        "clock": attributes.date(report, "clock"),
        "stem": attributes.pairs.get("stem"),
        "texts": {},
    }
    if own := attributes.words_of("own"):
        document["own"] = own
        own_figures(own, type_, report, path, line)
    page = Page("en", scope=attributes.id)
    tools = Tools(context, report, page, path, line, bundle.source.folder)
    body, explanation, beside = parts_of(section, tools)
    document["hints"] = len(beside.hints)
    answers = TYPES[type_](body, tools, None)
    document["key"] = answers.key
    question = _Question(section, document, answers)
    question.explained = explanation is not None
    question.beside = beside
    document["texts"]["en"] = _text(section, explanation, answers, beside, tools)
    return question


def parts_of(section: Section, tools: Tools) -> tuple[Body, Piece | None, Beside]:
    """The body of a question alone, the explanation at its end, and what stands beside it."""
    own, beside = take_beside(section.body, tools.context.report)
    body = tools.context.renderer.take_notes(own, tools.page, tools.context.report)
    last = len(body.lines)
    while last and not body.lines[last - 1].strip():
        last -= 1
    first = last
    while first and (is_quote(body.lines[first - 1]) or not body.lines[first - 1].strip()):
        first -= 1
    while first < last and not body.lines[first].strip():
        first += 1
    if first == last:
        return Body(body.part(0, last)), None, beside
    return Body(body.part(0, first)), unquoted(body.part(first, last)), beside


def _text(
    section: Section, explanation: Piece | None, answers: Answers, beside: Beside, tools: Tools
) -> Document:
    renderer, report = tools.context.renderer, tools.context.report
    if not answers.prompt:
        report.problem(
            tools.path,
            section.line,
            "a question without a prompt",
            "write what is asked, below the heading",
        )
    text: Document = {
        "title": renderer.words(
            section.title, tools.path, section.line, report, tools.page.language
        ),
        **answers.texts(),
        **beside.texts(tools.page, tools.context),
        "explanation_html": renderer.block(explanation, tools.page, report) if explanation else "",
    }
    renderer.unused_notes(tools.page, tools.path, report)
    return text


def _translate(
    translation: Translation, questions: dict[str, _Question], stems: Stems, context: Context
) -> None:
    report, path = translation.report, translation.file.path
    before, sections = split_sections(translation.body, context.report)
    _nothing_before(before, report)
    seen: dict[str, int] = {}
    for section in sections:
        id_ = section.attributes.id
        if id_ is None or not ID.match(id_):
            report.problem(
                path,
                section.line,
                "a heading without the id of its question",
                "end it with {#id}, as in the source",
            )
            continue
        section.attributes.known(report, [], [], [], "on a translated question")
        if id_ in stems:
            stems.read(section, translation.language, report, path)
            continue
        question = questions.get(id_)
        if question is None:
            report.problem(
                path,
                section.line,
                f"the source has no question “{id_}”",
                did_you_mean(id_, questions, "delete it, or add it to the source first"),
            )
            continue
        if id_ in seen:
            report.problem(
                path, section.line, f"“{id_}” again (first on line {seen[id_]})", "keep one"
            )
            continue
        seen[id_] = section.line
        _translate_one(section, question, translation, context)
    for id_ in [*stems.untranslated(translation.language), *questions]:
        if id_ not in seen:
            report.problem(
                path,
                sections[-1].line if sections else translation.body.start,
                f"the question “{id_}” is not translated",
                f"write ## title {{#{id_}}}",
            )


def _translate_one(
    section: Section, question: _Question, translation: Translation, context: Context
) -> None:
    report, path = translation.report, translation.file.path
    page = Page(translation.language, scope=question.document["slug"])
    tools = Tools(context, report, page, path, section.line, translation.file.folder)
    body, explanation, beside = parts_of(section, tools)
    beside.compare(question.beside, report, path, section.line)
    if (explanation is not None) != question.explained:
        report.problem(
            path,
            section.line,
            "the explanation is not translated"
            if question.explained
            else "an explanation that the source does not have",
            "write it as a quote at the end, as the source does"
            if question.explained
            else "delete it, or add it to the source first",
        )
    answers = TYPES[question.document["type"]](body, tools, question.answers)
    text = _text(section, explanation, answers, beside, tools)
    if translation.shown and answers.sound:
        question.document["texts"][translation.language] = text
