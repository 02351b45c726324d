"""Who may do what: roles, permissions, the one table of grants and the one question ``may``.

A role is held somewhere: a trainee and an official in a cohort, a trainer in a cohort, a
coordinator in an organisation, an administrator, an auditor and a reviewer of translations nowhere
in particular. Silence is no. The
administrator runs the platform and is deliberately not a superset of the coordinator
(security 1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    TRAINEE = "trainee"
    OFFICIAL = "official"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Permission(StrEnum):
    OWN_ACCOUNT = "own-account"
    LEARN = "learn"
    SIT_QUIZ = "sit-quiz"
    PLAY_SCENARIO = "play-scenario"
    PREPARE_DRILLS = "prepare-drills"
    SEE_COHORTS = "see-cohorts"
    SEE_STATISTICS = "see-statistics"
    JUDGE_QUESTIONS = "judge-questions"
    OPEN_PANEL = "open-panel"
    IMPORT_PEOPLE = "import-people"
    MANAGE_PEOPLE = "manage-people"
    MESSAGE = "message"
    ASSESS = "assess"
    ACCREDIT = "accredit"
    CERTIFY = "certify"
    REVOKE = "revoke"
    SEE_ELECTIONS = "see-elections"
    CHANGE_LAW = "change-law"
    SEE_SESSIONS = "see-sessions"
    HOLD_SESSIONS = "hold-sessions"
    SEE_PLATFORM = "see-platform"
    READ_TRAIL = "read-trail"
    TEND_EXAMS = "tend-exams"
    MARK_ESSAYS = "mark-essays"
    CORRECT_MARKS = "correct-marks"
    APPLY_CORRECTIONS = "apply-corrections"
    REVIEW_TRANSLATIONS = "review-translations"


_LEARNER = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.LEARN,
        Permission.SIT_QUIZ,
        Permission.PLAY_SCENARIO,
    }
)

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.TRAINEE: _LEARNER,
    Role.OFFICIAL: _LEARNER | {Permission.SEE_SESSIONS},
    Role.TRAINER: _LEARNER
    | {
        Permission.PREPARE_DRILLS,
        Permission.SEE_COHORTS,
        Permission.SEE_STATISTICS,
        Permission.JUDGE_QUESTIONS,
        Permission.IMPORT_PEOPLE,
        Permission.MESSAGE,
        Permission.ASSESS,
        Permission.CERTIFY,
        Permission.REVOKE,
        Permission.SEE_SESSIONS,
        Permission.HOLD_SESSIONS,
        Permission.TEND_EXAMS,
        Permission.MARK_ESSAYS,
        Permission.CORRECT_MARKS,
    },
    Role.COORDINATOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.LEARN,
            Permission.SEE_COHORTS,
            Permission.SEE_STATISTICS,
            Permission.JUDGE_QUESTIONS,
            Permission.OPEN_PANEL,
            Permission.IMPORT_PEOPLE,
            Permission.MANAGE_PEOPLE,
            Permission.MESSAGE,
            Permission.ACCREDIT,
            Permission.REVOKE,
            Permission.SEE_ELECTIONS,
            Permission.CHANGE_LAW,
            Permission.SEE_SESSIONS,
            Permission.HOLD_SESSIONS,
            Permission.TEND_EXAMS,
            Permission.CORRECT_MARKS,
            Permission.APPLY_CORRECTIONS,
        }
    ),
    Role.AUDITOR: frozenset({Permission.OWN_ACCOUNT, Permission.READ_TRAIL}),
    # Content belongs to the installation, so that its operator alone makes somebody a reviewer.
    Role.REVIEWER: frozenset({Permission.OWN_ACCOUNT, Permission.REVIEW_TRANSLATIONS}),
    Role.ADMIN: frozenset({Permission.OWN_ACCOUNT, Permission.SEE_PLATFORM}),
}


@dataclass(frozen=True)
class Place:
    """Where a deed happens: an organisation and, where it concerns one, a cohort of it."""

    organisation_id: UUID
    cohort_id: UUID | None = None


@dataclass(frozen=True)
class Held:
    """One role held by one person. Without a cohort it reaches over the whole organisation;
    without an organisation it is held on the platform."""

    role: Role
    organisation_id: UUID | None = None
    cohort_id: UUID | None = None

    def reaches(self, place: Place) -> bool:
        if self.organisation_id != place.organisation_id:
            return False
        return self.cohort_id is None or self.cohort_id == place.cohort_id


@dataclass(frozen=True)
class Actor:
    """The person who asks, as a plain value."""

    id: UUID
    held: tuple[Held, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.held)

    def places_where(self, permission: Permission) -> tuple[Held, ...]:
        """The holdings that carry this permission: what a query may look into."""
        return tuple(held for held in self.held if permission in GRANTS[held.role])


def may(actor: Actor | None, permission: Permission, place: Place | None = None) -> bool:
    """Whether this person may do this, at this place or (without a place) anywhere at all.

    Source: security 1.4 and C-10 to C-13.
    """
    if actor is None:
        return False
    holdings = actor.places_where(permission)
    if place is None:
        return bool(holdings)
    return any(held.reaches(place) for held in holdings)
