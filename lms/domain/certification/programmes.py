"""A programme, what is still missing for it, and how long what it gives holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lms.domain.dates import Document, add_months, day_of
from lms.domain.gates import Drawn
from lms.domain.rules import Rule, Source, Standing, unconfirmed_critical

DEFAULT_MONTHS = 12
DEFAULT_LEAD_DAYS = 30


# The number that stands for level P, of members of commissions; tokens hold one digit.
LEVEL_P = 9
# Whom a programme trains for something else than to observe.
NO_OBSERVERS = ("commission",)


def level_word(level: int) -> str:
    """A level as it is written: its number, or P."""
    return "P" if level == LEVEL_P else str(level)


@dataclass(frozen=True)
class Need:
    """One thing that a programme asks for: ``kind`` is certificate (of another programme), lesson,
    quiz, scenario, drawn-runs, count, practical (a checklist that is shown in the room), joint
    (joint trainings) or pledge.
    """

    kind: str
    id: str


@dataclass(frozen=True)
class Requirements:
    """What has to be done, in the order in which it is meant to be done.

    ``counts`` maps a count exercise to the least share of irregularities, in per cent, that a
    passed certifying run has to find.
    """

    lessons: tuple[str, ...] = ()
    quizzes: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    pledge: bool = False
    practical: tuple[tuple[str, int], ...] = ()  # a checklist, and how many trainers sign it
    counts: Mapping[str, int] = field(default_factory=dict)
    drawn: Drawn | None = None
    joint: int = 0  # so many joint trainings, each shown by a receipt
    certificates: tuple[str, ...] = ()  # programmes whose certificate has to hold

    @classmethod
    def from_document(
        cls, document: Document, courses: Mapping[str, Sequence[str]]
    ) -> "Requirements":
        """Read a ``requires``. A whole course becomes its lessons, from ``courses``."""
        lessons: dict[str, None] = {}
        for entry in document.get("lessons") or ():
            lessons.update(dict.fromkeys(_lessons_of(entry, courses)))
        return cls(
            lessons=tuple(lessons),
            quizzes=tuple(document.get("quizzes") or ()),
            scenarios=tuple(document.get("scenarios") or ()),
            counts={slug: int(least) for slug, least in (document.get("counts") or {}).items()},
            pledge=bool(document.get("pledge")),
            practical=tuple((x, int(n)) for x, n in (document.get("practical") or {}).items()),
            drawn=Drawn.from_document(document.get("drawn_runs")),
            joint=int(document.get("joint") or 0),
            certificates=tuple(document.get("certificates") or ()),
        )


def _lessons_of(entry: str, courses: Mapping[str, Sequence[str]]) -> list[str]:
    if entry not in courses:
        return [entry]
    return [lesson if "/" in lesson else f"{entry}/{lesson}" for lesson in courses[entry]]


@dataclass(frozen=True)
class Programme:
    """What it takes to be certified.

    ``critical_rules`` is None when all critical rules count. A certificate ends
    ``days_after_election`` or ``months`` after its issue, whichever comes first. It may be renewed
    from ``lead_days`` before its last day, and still holds ``grace_days`` after it.
    ``assesses`` are the checklists on which a holder may assess others; None stands for all.
    """

    slug: str
    level: int
    audience: str
    requires: Requirements
    critical_rules: tuple[str, ...] | None = None
    days_after_election: int | None = None
    months: int = DEFAULT_MONTHS
    renewal: Requirements = field(default_factory=Requirements)
    lead_days: int = DEFAULT_LEAD_DAYS
    grace_days: int = 0
    assesses: tuple[str, ...] | None = ()

    @classmethod
    def from_document(
        cls, document: Document, courses: Mapping[str, Sequence[str]] | None = None
    ) -> "Programme":
        """Read a programme's document.

        ``courses`` maps a course to its lessons, in order, so that a programme may ask for a
        whole course. A programme that names no months gets 12, since every certificate ends.
        """
        critical = document.get("critical_rules", "all")
        valid, renewal = document.get("valid") or {}, document.get("renewal") or {}
        days, months = valid.get("days_after_election"), valid.get("months")
        lead, assesses = renewal.get("lead_days"), document.get("assesses") or ()
        return cls(
            slug=document["slug"],
            level=int(document.get("level", 1)),
            audience=document["audience"],
            requires=Requirements.from_document(document.get("requires") or {}, courses or {}),
            critical_rules=None if critical in ("all", None) else tuple(critical),
            days_after_election=None if days is None else int(days),
            months=DEFAULT_MONTHS if months is None else int(months),
            renewal=Requirements.from_document(renewal.get("requires") or {}, courses or {}),
            lead_days=DEFAULT_LEAD_DAYS if lead is None else int(lead),
            grace_days=int(renewal.get("grace_days") or 0),
            assesses=None if assesses == "all" else tuple(assesses),
        )

    @property
    def trains_observers(self) -> bool:
        """Whether a certificate of it may say that somebody may be deployed as an observer."""
        return self.audience not in NO_OBSERVERS

    def lets_assess(self, checklist: str) -> bool:
        """Whether who holds its certificate may assess others on this checklist."""
        return self.assesses is None or checklist in self.assesses

    def for_renewal(self) -> "Programme":
        """The same programme, asking only for what a renewal has to repeat."""
        return replace(self, requires=self.renewal)

    def for_repair(self) -> "Programme":
        """The same programme, asking for every quiz and scenario again after a long lapse."""
        again = Requirements(quizzes=self.requires.quizzes, scenarios=self.requires.scenarios)
        return replace(self, requires=again)


@dataclass(frozen=True)
class Done:
    """What one trainee has done: lessons read, quizzes and scenarios passed, the drawn runs passed,
    checklists signed by as many trainers as the programme wants, the pledge signed.

    ``counts`` maps a count exercise to the best detection of a certifying run that passed;
    ``certificates`` are the programmes of which a certificate holds today.
    """

    lessons: frozenset[str] = frozenset()
    quizzes: frozenset[str] = frozenset()
    scenarios: frozenset[str] = frozenset()
    pledge: bool = False
    practical: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    drawn: bool = False
    joint: int = 0
    certificates: frozenset[str] = frozenset()


def missing_for(programme: Programme, done: Done) -> tuple[Need, ...]:
    """Everything that the trainee still lacks, in reading order; empty means nothing.

    Certificates of other programmes first, then lessons, quizzes, scenarios, count exercises, what
    is shown in the room, joint trainings, drawn runs and the pledge, each in the programme's order.
    A lesson that was given up since the programme was written stays missing: nobody did it.

    Source: docs/authoring.md, "A programme".
    """
    requires = programme.requires
    needs = [
        Need("certificate", slug) for slug in requires.certificates if slug not in done.certificates
    ]
    needs += [Need("lesson", slug) for slug in requires.lessons if slug not in done.lessons]
    needs += [Need("quiz", slug) for slug in requires.quizzes if slug not in done.quizzes]
    needs += [Need("scenario", slug) for slug in requires.scenarios if slug not in done.scenarios]
    needs += [
        Need("count", slug)
        for slug, least in requires.counts.items()
        if done.counts.get(slug, -1) < least
    ]
    needs += [
        Need("practical", slug) for slug, _n in requires.practical if slug not in done.practical
    ]
    if done.joint < requires.joint:
        needs.append(Need("joint", programme.slug))
    if requires.drawn and not done.drawn:
        needs.append(Need("drawn-runs", programme.slug))
    if requires.pledge and not done.pledge:
        needs.append(Need("pledge", programme.slug))
    return tuple(needs)


def valid_until(programme: Programme, issued: date, election_date: date | None) -> date:
    """The last day of a certificate issued on a day.

    So many days after the election or so many calendar months after the issue, whichever
    comes first; without an election, the months. A month's end is clipped: 31 August and one
    month is 30 September. A day in the past of ``issued`` means that it is already over.

    Source: hard parts 5.5; docs/authoring.md, "A programme".
    """
    by_months = add_months(day_of(issued), programme.months)
    if election_date is None or programme.days_after_election is None:
        return by_months
    return min(by_months, day_of(election_date) + timedelta(days=programme.days_after_election))


def renewal_opens(programme: Programme, until: date) -> date:
    """The first day on which a certificate that holds until a day may be renewed."""
    return day_of(until) - timedelta(days=programme.lead_days)


def blocked_sources(
    programme: Programme,
    rules: Iterable[Rule],
    sources: Mapping[str, Source],
    election_date: date | None,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The critical rules without a confirmed source for the election, with the sources they lack.

    Empty means that the programme may certify for deployment. ``rules`` are all rules. A rule
    that the programme names itself blocks too when it has no wording on that day, or does not
    exist, with no sources to name. Without an election the sources' general standing counts.

    Source: content format, "Legal clocks".
    """
    if programme.critical_rules is None:
        return unconfirmed_critical(rules, sources, election_date)
    known = {rule.id: rule for rule in rules}
    blocked = []
    for rule_id in programme.critical_rules:
        wording = known[rule_id].at(election_date) if rule_id in known else None
        cited = wording.sources if wording else ()
        standings = [sources[s].standing(election_date) for s in cited if s in sources]
        if Standing.CONFIRMED not in standings:
            blocked.append((rule_id, cited))
    return tuple(blocked)
