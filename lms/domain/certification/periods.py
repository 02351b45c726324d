"""How a certificate stands: the replay of what happened to it, at any moment, by one function.

A certificate has one period, fixed at issue, and a list of events that is only ever added to. Its
status is what they amount to at a moment; it is never stored. Page, report, export, readiness and
verification all ask ``standing_at``. Source: hard parts 5.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from lms.domain.certification.programmes import Programme, valid_until
from lms.domain.dates import day_of

# A period that ended longer ago is not renewed: the whole path is gone again (hard parts 5.5).
RENEWABLE_DAYS = 90
# Whoever touched nothing for longer is certified, and not current (hard parts 5.5).
CURRENT_DAYS = 10


class Status(Enum):
    """How a certificate stands at a moment; the first that fits, in this order."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    NOT_YET = "not-yet"
    TOP_UP_OVERDUE = "top-up-overdue"
    GRACE = "grace"
    TOP_UP_DUE = "top-up-due"
    VALID = "valid"


# A certificate in one of these states is good today.
HOLDS = frozenset({Status.VALID, Status.TOP_UP_DUE, Status.GRACE})
# What nobody can read off the paper, and a signed list has to say.
LISTED = frozenset({Status.REVOKED, Status.REPLACED, Status.SUSPENDED, Status.TOP_UP_OVERDUE})


class Kind(Enum):
    """What can happen to a certificate after its issue."""

    SUSPENDED = "suspended"
    LIFTED = "lifted"
    REVOKED = "revoked"
    REPLACED = "replaced"  # by a corrected one for the same period: this paper no longer counts
    RENEWED = "renewed"  # by one for the next period: this paper holds to its last day
    TOP_UP_ASKED = "top-up-asked"
    TOPPED_UP = "topped-up"
    TOP_UP_WAIVED = "top-up-waived"  # the change was announced by mistake


class Cause(Enum):
    """Why a period began."""

    FIRST = "first"
    RENEWAL = "renewal"
    TOP_UP = "top-up"  # the law had changed, and the day to learn it had passed
    LAPSE_REPAIR = "lapse-repair"
    REPLACEMENT = "replacement"


class Currency(Enum):
    """Whether somebody has practised lately; says nothing about the certificate."""

    CURRENT = "current"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True)
class Period:
    """The days for which a certificate was issued, both included, and the days of grace after."""

    valid_from: date
    valid_until: date
    grace_days: int = 0
    cause: Cause = Cause.FIRST

    @property
    def grace_until(self) -> date:
        return self.valid_until + timedelta(days=self.grace_days)


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``change`` names the change of law that a top-up is about, and
    ``due`` is the last day for it."""

    at: datetime
    kind: Kind
    change: str = ""
    due: date | None = None


@dataclass(frozen=True)
class History:
    """A period and everything that happened in it, in the order in which it was written down."""

    period: Period
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How a certificate stands. ``top_ups`` are the open ones, each with its last day; ``since``
    is the moment of the event that decides, None where only the calendar does."""

    status: Status
    top_ups: tuple[tuple[str, date], ...] = ()
    since: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.status in HOLDS

    @property
    def top_up_by(self) -> date | None:
        """The first day on which an open top-up has to be done at the latest."""
        return min((due for _change, due in self.top_ups), default=None)


@dataclass
class _Folded:
    """What the events amount to, whatever the calendar says."""

    revoked: datetime | None = None
    replaced: datetime | None = None
    renewed: datetime | None = None
    suspended: datetime | None = None
    asked: dict[str, date] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        match event.kind:
            case Kind.REVOKED:
                self.revoked = self.revoked or event.at
            case Kind.REPLACED:
                self.replaced = self.replaced or event.at
            case Kind.RENEWED:
                self.renewed = self.renewed or event.at
            case Kind.SUSPENDED:
                self.suspended = self.suspended or event.at
            case Kind.LIFTED:
                self.suspended = None
            case Kind.TOP_UP_ASKED:
                if event.due is not None:
                    self.asked.setdefault(event.change, event.due)
            case Kind.TOPPED_UP | Kind.TOP_UP_WAIVED:
                self.asked.pop(event.change, None)


def standing_at(history: History, at: date) -> Standing:
    """How the certificate stands at a moment; for a day, at the end of it in UTC.

    Only what had happened by then counts, so that the past can be asked about, and the future as
    far as it is known. Both bounds of the period are included; a renewed certificate has no grace.
    """
    moment = _moment(at)
    today, period = moment.date(), history.period
    found = _folded(history, moment)
    top_ups = tuple(sorted(found.asked.items(), key=lambda pair: (pair[1], pair[0])))
    last = period.valid_until if found.renewed else period.grace_until
    cases = (
        (Status.REVOKED, found.revoked is not None, found.revoked),
        (Status.REPLACED, found.replaced is not None, found.replaced),
        (Status.EXPIRED, last < today, None),
        (Status.SUSPENDED, found.suspended is not None, found.suspended),
        (Status.NOT_YET, today < period.valid_from, None),
        (Status.TOP_UP_OVERDUE, any(due < today for _change, due in top_ups), None),
        (Status.GRACE, period.valid_until < today, None),
        (Status.TOP_UP_DUE, bool(top_ups), None),
        (Status.VALID, True, None),
    )
    status, since = next((status, since) for status, fits, since in cases if fits)
    return Standing(status, top_ups, since)


def status_at(history: History, at: date) -> Status:
    """The status alone."""
    return standing_at(history, at).status


def status(valid_from: date, valid_until: date, revoked_at: date | None, on: date) -> Status:
    """The status of a certificate of which only its days and a revocation are known: a token.

    A revocation given as a day counts from the beginning of that day.
    """
    events: tuple[Event, ...] = ()
    if revoked_at is not None:
        day = datetime.combine(day_of(revoked_at), time.min, UTC)
        events = (Event(day, Kind.REVOKED),)
    period = Period(day_of(valid_from), day_of(valid_until))
    return status_at(History(period, events), on)


def refusal(history: History, kind: Kind, at: date, change: str = "") -> str | None:
    """Why this cannot happen to the certificate now, as a short code; None when it can.

    What ended for good takes nothing more; what is suspended is lifted or revoked before anything
    else; each top-up is asked for and answered once.
    """
    found, now = _folded(history, _moment(at)), standing_at(history, at)
    if found.revoked:
        return "revoked"
    if found.replaced:
        return "replaced"
    match kind:
        case Kind.REVOKED:
            return None
        case Kind.LIFTED:
            return None if found.suspended else "not-suspended"
        case Kind.TOPPED_UP | Kind.TOP_UP_WAIVED:
            return None if change in found.asked else "no-such-top-up"
        case Kind.SUSPENDED | Kind.TOP_UP_ASKED if now.status is Status.EXPIRED:
            return "expired"
        case Kind.SUSPENDED:  # also of one that was renewed: its paper is still shown
            return "suspended" if found.suspended else None
        case Kind.TOP_UP_ASKED:
            known = {e.change for e in history.events if e.kind is Kind.TOP_UP_ASKED}
            return "asked-already" if change in known else None
    if found.suspended:
        return "suspended"
    if found.renewed:  # the next period has begun; it is that certificate which is corrected now
        return "renewed"
    if kind is Kind.REPLACED and now.status is Status.EXPIRED:
        return "expired"
    return None


@dataclass(frozen=True)
class Renewal:
    """What may follow a certificate: why, and whether the whole path is gone again."""

    cause: Cause
    whole_path: bool


def next_step(history: History | None, programme: Programme, at: date) -> Renewal | None:
    """How somebody may be certified (again) today; None while what they have makes it needless.

    ``history`` is that of their latest certificate. A window that would open before the period
    began is a wrong setting, and such a period is only repaired after it has ended.
    Source: hard parts 5.5.
    """
    if history is None:
        return Renewal(Cause.FIRST, whole_path=True)
    today, period = _moment(at).date(), history.period
    found, now = _folded(history, _moment(at)), standing_at(history, at)
    if found.revoked:
        return Renewal(Cause.FIRST, whole_path=True)
    if found.suspended or found.replaced or found.renewed:
        return None
    if now.status is Status.EXPIRED:
        whole = today > period.valid_until + timedelta(days=RENEWABLE_DAYS)
        return Renewal(Cause.LAPSE_REPAIR, whole_path=whole)
    if now.status is Status.TOP_UP_OVERDUE:
        return Renewal(Cause.TOP_UP, whole_path=False)
    opens = period.valid_until - timedelta(days=programme.lead_days)
    if period.valid_from < opens <= today or period.valid_until < today:
        return Renewal(Cause.RENEWAL, whole_path=False)
    return None


def next_period(
    programme: Programme,
    cause: Cause,
    issued: date,
    election_date: date | None,
    before: Period | None = None,
) -> Period:
    """The period of a certificate issued on a day.

    A renewal in time counts from the end of the period before, so that nobody loses days by
    being early; everybody else counts from the issue. An election bounds both.
    """
    base = issued
    if cause is Cause.RENEWAL and before is not None:
        base = max(issued, before.valid_until)
    until = valid_until(programme, base, election_date)
    return Period(issued, until, programme.grace_days, cause)


def currency(last_practised: date | None, on: date, within_days: int = CURRENT_DAYS) -> Currency:
    """Whether the last practice lies within so many days of a day. Separate from validity."""
    if last_practised is None:
        return Currency.NEVER
    near = day_of(on) - day_of(last_practised) <= timedelta(days=within_days)
    return Currency.CURRENT if near else Currency.STALE


@dataclass(frozen=True)
class Certificate:
    """A certificate as far as deployment is concerned."""

    programme: str
    history: History

    def status(self, on: date) -> Status:
        """How it stands on a day."""
        return status_at(self.history, on)


def may_deploy(
    certificates: Iterable[Certificate],
    accepted: Iterable[str],
    *,
    today: date,
    election_date: date,
) -> bool:
    """Whether one of the certificates sends its holder to a polling station.

    It is of an accepted programme (one whose sources block nothing for that election), nothing
    has ended or suspended it by today, and it holds on election day as far as is known today: a
    top-up that is due before the election is not done yet.
    """
    programmes = frozenset(accepted)
    return any(
        certificate.programme in programmes
        and certificate.status(today) not in LISTED
        and certificate.status(election_date) in HOLDS
        for certificate in certificates
    )


def _moment(at: date) -> datetime:
    if isinstance(at, datetime):
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.combine(at, time.max, UTC)


def _folded(history: History, moment: datetime) -> _Folded:
    found = _Folded()
    # What was written down late counts from when it happened; the order settles equal moments.
    for event in sorted(history.events, key=lambda event: event.at):
        if event.at <= moment:
            found.add(event)
    return found
