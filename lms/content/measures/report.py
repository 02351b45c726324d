"""The measures as text: what is beyond its limit first, then the worst of what has no limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.content.context import Document
from lms.content.measures.coverage import APPLIED_BY, Row, table
from lms.content.measures.guessing import guesses
from lms.content.measures.reading import MOST_LIX, MOST_WORDS, Reading, readings
from lms.content.measures.terms import glossary_use, term_counts
from lms.domain.languages import LANGUAGES

WORST = 5


def measures(documents: Sequence[Document]) -> tuple[list[str], int]:
    """Lines to print, and how many findings are beyond their limit."""
    read = [*readings(d for d in documents if d["kind"] == "lesson")]
    findings = [*_guessable(documents), *_uncovered(documents), *_terms(documents)]
    findings += [*_hard(read), *_loose_terms(documents)]
    return [*findings, *_chances(documents), *_reading(documents, read)], len(findings)


def coverage_lines(documents: Sequence[Document]) -> list[str]:
    """The table rule x use: a line for each rule; an empty cell is a point."""
    rows = table(documents)
    width = max([len(row.rule) for row in rows], default=4)
    head = ["rule".ljust(width), "         ", "questions", *APPLIED_BY, "taught in"]
    lines = [" ".join(head)]
    for row in rows:
        mark = "critical" if row.critical else "contested" if row.contested else ""
        cells = [str(row.applied[way] or "·").rjust(len(way)) for way in APPLIED_BY]
        tested = str(row.questions or "·").rjust(9)
        lines.append(" ".join([row.rule.ljust(width), mark.ljust(9), tested, *cells, row.lesson]))
    lines.append(_sum(rows))
    return lines


def _sum(rows: Sequence[Row]) -> str:
    lacking = [row for row in rows if row.empty]
    critical = [row for row in lacking if row.critical]
    return (
        f"{len(rows)} rules; {sum('tested' in r.empty for r in rows)} tested by fewer than three "
        f"questions, {sum('applied' in r.empty for r in rows)} applied by nothing; "
        f"{len(critical)} of these critical"
    )


def _guessable(documents: Sequence[Document]) -> Iterator[str]:
    found = [guess for guess in guesses(documents) if guess.tells]
    for guess in sorted(found, key=lambda g: -g.gain):
        yield (
            f"guessable: {guess.bank} ({guess.language}), ticking {guess.way}: "
            f"{guess.score:.0%} of the points, by chance {guess.chance:.0%}"
        )


def _chances(documents: Sequence[Document]) -> Iterator[str]:
    for guess in sorted(guesses(documents), key=lambda g: -g.gain)[:WORST]:
        yield (
            f"guessing: {guess.bank} ({guess.language}), ticking {guess.way}: "
            f"{100 * guess.gain:+.1f} points against chance ({guess.chance:.0%})"
        )


def _uncovered(documents: Sequence[Document]) -> Iterator[str]:
    for row in table(documents):
        if row.critical and row.empty:
            yield f"uncovered: the critical rule {row.rule} is not {' and not '.join(row.empty)}"


def _terms(documents: Sequence[Document]) -> Iterator[str]:
    for counts in term_counts(documents):
        for one in counts.differences:
            changed = [*(f"−{term}" for term in one.missing), *(f"+{term}" for term in one.added)]
            yield f"terms: {one.where} ({one.language}): {' '.join(changed)}"


def _loose_terms(documents: Sequence[Document]) -> Iterator[str]:
    for term, lesson in glossary_use(documents).loose.items():
        yield f"loose term: {lesson} says “{term}”, and no lesson links it to the glossary"


def _hard(read: Sequence[Reading]) -> Iterator[str]:
    for one in read:
        if one.is_hard:
            yield (
                f"hard: {one.lesson} ({one.language}) has a LIX of {one.lix:.1f}, the most is "
                f"{MOST_LIX[one.language]}"
            )
        for words, begin in one.too_long:
            yield (
                f"hard: {one.lesson} ({one.language}), a sentence of {words} words, the most is "
                f"{MOST_WORDS}: {begin} …"
            )


def _reading(documents: Sequence[Document], found: Sequence[Reading]) -> Iterator[str]:
    for language in LANGUAGES:
        own = sorted((r for r in found if r.language == language), key=lambda r: -r.lix)
        if own:
            mean = sum(r.lix for r in own) / len(own)
            yield (
                f"reading ({language}): LIX {mean:.0f} on average of {len(own)} lessons, "
                f"at most {MOST_LIX[language]}; hardest:"
            )
            for one in own[:WORST]:
                yield (
                    f"  {one.lix:5.1f}  {one.lesson} ({one.sentence:.1f} words to a sentence, "
                    f"{one.long_percent:.0f} % long ones)"
                )
    used = glossary_use(documents)
    yield (
        f"glossary: {used.terms} terms, {used.linked} linked from lessons, "
        f"{used.unsure} marked for a native legal editor"
    )
    for counts in term_counts(documents):
        yield (
            f"terms ({counts.language}): {counts.terms} linked terms in {counts.blocks} blocks, "
            f"{len(counts.differences)} blocks differ"
        )
