"""Building the demo world through the deeds that real people use; nothing goes around them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts import secrets
from lms.accounts.codes import new_passphrase
from lms.accounts.models import Account
from lms.assessment import actions as assessment
from lms.assessment import sittings
from lms.cohorts.models import Cohort, Organisation
from lms.content.library import Library
from lms.demo import drilling, people, rooms, sessions
from lms.deployment.models import Election
from lms.domain.folding import skeleton
from lms.domain.permissions import Actor, Held, Place, Role
from lms.domain.runs import kindest_seed
from lms.drills import actions as drills
from lms.learning import actions as learning
from lms.privacy import Vault

PROGRAMME = "precinct-observer"


@dataclass(frozen=True)
class DemoCard:
    """Who can sign in, for the screen and for demo-cards.json."""

    role: str
    login: str
    secret: str
    name: str
    note: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


ROLE_WORDS = {"official": "commission member"}


class Builder:
    """Puts the world together inside one transaction."""

    def __init__(self, session: Session, books: Library, vault: Vault, now: datetime) -> None:
        self.session, self.books, self.vault, self.now = session, books, vault, now
        # The same world on every machine; only secrets differ.
        self.random = Random(2019)  # noqa: S311 - names and answers of invented people
        self.places: dict[str, Place] = {}
        self.days: dict[str, object] = {}
        self.cards: list[DemoCard] = []
        self.met: dict[str, Actor] = {}

    def build(self) -> list[DemoCard]:
        self._organisations()
        self._staff()
        for login, name, language, cohort, note in people.TRAINEES:
            self._trainee(login, name, language, cohort, note)
        self._others()
        self._trainers_learn()
        rooms.fill(self.session, self.books, self.vault, self.met, self.now)
        sessions.fill(self.session, self.books, self.met, self.now)
        return self.cards

    def _organisations(self) -> None:
        organisations, elections = {}, {}
        for name, kind in people.ORGANISATIONS:
            row = Organisation(name=name, kind=kind)
            self.session.add(row)
            self.session.flush()
            organisations[name] = row.id
            self.places[name] = Place(row.id)
        for organisation in ("Steppe Lights", "Clear Count"):
            for name, held_on in people.ELECTIONS:
                row_e = Election(
                    organisation_id=organisations[organisation], name=name, held_on=held_on
                )
                self.session.add(row_e)
                self.session.flush()
                elections[organisation, name] = row_e
        for name, organisation, election in people.COHORTS:
            found = elections.get((organisation, election)) or elections["Steppe Lights", election]
            row_c = Cohort(
                organisation_id=organisations[organisation],
                name=name,
                programme=people.PROGRAMMES.get(name, PROGRAMME),
                election_id=found.id,
                created_on=self.now.date(),
            )
            self.session.add(row_c)
            self.session.flush()
            self.places[name] = Place(organisations[organisation], row_c.id)
            self.days[name] = found.held_on

    def _person(
        self, login: str | None, name: str, language: str, role: Role, place: Place | None
    ) -> tuple[Actor, str]:
        account: Account = accounts.add_account(
            self.session, vault=self.vault, language=language, name=name
        )
        secret = new_passphrase()
        if login is not None:
            account.login, account.login_skeleton = login, skeleton(login)
            account.secret_hash = secrets.hash_secret(secret)
            account.joined_on = self.now.date()
        accounts.add_role(self.session, account.id, role, place, now=self.now)
        where = (place.organisation_id, place.cohort_id) if place else (None, None)
        return Actor(account.id, (Held(role, *where),)), secret

    def _staff(self) -> None:
        for login, name, language, role, where, note in people.STAFF:
            place = self.places[where] if where else None
            self.met[login], secret = self._person(login, name, language, Role(role), place)
            word = ROLE_WORDS.get(role, role)
            self.cards.append(DemoCard(word, login, secret, name, note))
            if login == "member2" and where:
                self._learn_all(self.met[login], where, language)

    def _learn_all(self, actor: Actor, cohort: str, language: str) -> None:
        """Do everything that a cohort's programme asks for and that one can do alone."""
        slug = people.PROGRAMMES.get(cohort, PROGRAMME)
        wanted = self.books.programme(slug).requires
        for number, lesson in enumerate(wanted.lessons):
            then = self.now - timedelta(days=8, minutes=number)
            learning.finish_lesson(self.session, actor, lesson, now=then)
        for quiz in wanted.quizzes:
            self._sit(actor, quiz, cohort, skill=1.0)
        for scenario in wanted.scenarios:
            self._play(actor, scenario)
        drilling.pass_drills(self.session, self.books, actor, slug, vault=self.vault, now=self.now)
        self._sign_pledge(actor, slug, language)

    def _sign_pledge(self, actor: Actor, programme: str, language: str) -> None:
        learning.sign_pledge(
            self.session,
            actor,
            programme,
            release_id=self._release(),
            language=language,
            now=self.now,
        )

    def _trainee(self, login: str, name: str, language: str, cohort: str, note: str) -> None:
        actor, secret = self._person(login, name, language, Role.TRAINEE, self.places[cohort])
        self.cards.append(DemoCard("trainee", login, secret, name, note))
        self.met[login] = actor
        if login == "ready":
            self._read(actor, share=1.0)
            self._practise(actor, cohort, skill=1.0)
            self._sit(actor, "final-exam", cohort, skill=1.0)
            self._play_all(actor)
            drilling.pass_drills(
                self.session, self.books, actor, PROGRAMME, vault=self.vault, now=self.now
            )
            self._sign_pledge(actor, PROGRAMME, language)
        elif login == "trainee":
            self._read(actor, share=0.6)
            self._practise(actor, cohort, skill=0.7)

    def _trainers_learn(self) -> None:
        """Trainers are certified too: one of them learns for it."""
        place = self.places[people.TRAINERS]
        accounts.add_role(self.session, self.met["trainer"].id, Role.TRAINEE, place, now=self.now)

    def _others(self) -> None:
        """Enough company for the tables: some far, some behind, some not joined yet."""
        for cohort in (people.COHORTS[0][0], people.COHORTS[1][0], people.COHORTS[3][0]):
            for number in range(people.OTHERS_PER_COHORT):
                given = self.random.choice(people.GIVEN)
                name = f"{self.random.choice(people.FAMILY)} {given}"
                login = f"{cohort[:2].lower()}-{number}" if number % 7 else None
                place = self.places[cohort]
                language = self.random.choice(("kk", "ru", "kk", "ru", "en"))
                actor, _secret = self._person(login, name, language, Role.TRAINEE, place)
                if login is None:
                    continue
                skill = self.random.uniform(0.35, 0.98)
                self._read(actor, share=self.random.random())
                if number % 3:
                    self._practise(actor, cohort, skill=skill)
                if number % 5 == 0:
                    self._sit(actor, "final-exam", cohort, skill=skill)

    def _release(self) -> uuid.UUID:
        return self.books.published

    def _read(self, actor: Actor, share: float) -> None:
        lessons = [f"{c}/{x}" for c, doc in self.books.courses.items() for x in doc["lessons"]]
        for number, lesson in enumerate(lessons[: round(len(lessons) * share)]):
            then = self.now - timedelta(days=10 - number % 10, minutes=number)
            learning.finish_lesson(self.session, actor, lesson, now=then)

    def _practise(self, actor: Actor, cohort: str, skill: float) -> None:
        for slug, quiz in self.books.quizzes.items():
            if quiz["quiz_kind"] == "practice":
                self._sit(actor, slug, cohort, skill)

    def _sit(self, actor: Actor, slug: str, cohort: str, skill: float) -> None:
        attempt_id = assessment.start(
            self.session,
            actor,
            self.books,
            slug,
            day=self.days[cohort],  # type: ignore[arg-type]  # a date or None
            client_key=uuid.uuid4(),
            now=self.now,
        )
        sitting = sittings.own(self.session, actor, attempt_id)
        for question_id in sitting.attempt.questions:
            question = self.books.questions[question_id]
            if self.random.random() > skill:
                continue
            assessment.keep_answer(
                self.session,
                actor,
                attempt_id,
                question_id,
                question.right_answer,
                seen=0,
                client_key=uuid.uuid4(),
                now=self.now,
            )
        assessment.finish(self.session, actor, attempt_id, client_key=uuid.uuid4(), now=self.now)

    def _play_all(self, actor: Actor) -> None:
        for slug in self.books.scenarios:
            self._play(actor, slug)

    def _play(self, actor: Actor, slug: str) -> None:
        """Play a scenario along its best path."""
        # A seed with which what chance does is what the best path has.
        seed = kindest_seed(self.books.scenario(slug), self.books.scenarios[slug]["best_path"])
        run_id = drills.start(self.session, actor, self.books, slug, seed=seed, now=self.now)
        drilling.play_well(self.session, actor, run_id, vault=self.vault, now=self.now)


def exists(session: Session) -> bool:
    """Whether anybody is here already."""
    return session.scalar(sa.select(sa.func.count()).select_from(Organisation)) != 0
