"""Joint sessions of the demo world: one that comes, with free seats, and one that is over.

They are made as in life: cards without owners, answers from cards, a facilitator's deeds. Nobody of
the demo is tied to a card: it shows what an organisation sees, and there is nothing else.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.joint import live
from lms.domain.joint.attendance import code_at
from lms.domain.joint.exercise import COMMISSION, OBSERVER
from lms.domain.permissions import Actor
from lms.joint import actions, answering, queries
from lms.joint.actions import Deed, Plan
from lms.joint.models import JointCard, JointSession
from lms.joint.receipts import Receipt, month_of

HOST, GUEST, SHOWN = "trainer2", "chair", "ready"
DEVICE = "0" * 16
PLACE = "Мәдениет үйі, екінші қабат · Дом культуры, второй этаж"

# How the sides lean: weights of the letters a to d. Members are surer of the wrong thing.
LEANS = {OBSERVER: (2, 1, 5, 2), COMMISSION: (5, 2, 2, 1)}

WORDS = (
    (5, "Я впервые услышала, как это выглядит с их стороны стола."),
    (4, "Сахна аралығында үзіліс ұзағырақ болсын."),
    (5, ""),
    (4, "The printed rule on the table ended two quarrels."),
    (3, "Было душно, и мало времени на протокол."),
    (5, "Тағы бір рет, бүкіл комиссиямен."),
)


class _Played:
    """One session of the two organisations, played card by card."""

    def __init__(self, session: Session, row: JointSession, met: Mapping[str, Actor]) -> None:
        self.session, self.row, self.met = session, row, met
        self.exercise = queries.exercise_of(session, row)
        self.random = Random(row.exercise)  # noqa: S311 - answers of nobody

    def hand_out(self, observers: int, members: int) -> None:
        for login, number in ((HOST, observers), (GUEST, members)):
            actions.hand_out(self.session, self.met[login], self.row.id, number)

    def seated(self) -> list[JointCard]:
        """The cards that have a seat, of both sides."""
        return [
            card
            for side in (OBSERVER, COMMISSION)
            for card in queries.cards_of(self.session, self.row.id, side)[: self.row.seats]
        ]

    def come(self, cards: list[JointCard]) -> None:
        """These come in and answer what both sides are asked before."""
        for card in cards:
            answering.come_in(self.session, card.id)
            for question in self.exercise.questions:
                self._answer(card, question.id, question.letters, card.side)

    def _answer(self, card: JointCard, scene: str, letters: tuple[str, ...], side: str) -> None:
        letter = self.random.choices(letters, LEANS[side][: len(letters)])[0]
        answering.answer(self.session, card.id, scene, letter, key=uuid.uuid4())

    def do(self, name: str, at: datetime) -> None:
        deed = Deed(name, self.row.number, DEVICE)
        actions.conduct(self.session, self.met[HOST], self.row.id, deed, now=at)

    def play(self, cards: list[JointCard], at: datetime) -> None:
        """From the opening to the end: every scene answered, shown, and left for the next."""
        self.do("open", at)
        for scene in self.exercise.scenes:
            self.do("next", at)
            state = queries.with_roles(
                self.session, self.row, queries.live_of(self.session, self.row)
            )
            for card in cards:
                answering.be_present(self.session, card.id, code_at(self.row.wall_key, at), now=at)
                role = live.role_of(self.exercise, state, str(card.id))
                if role is not None:
                    self._answer(card, scene.id, scene.letters(role.side), role.side)
            at += timedelta(minutes=scene.minutes)
            self.do("show", at)
        self.do("next", at)
        for card, (useful, words) in zip(cards[::2], WORDS, strict=False):
            answering.say(self.session, card.id, useful, words)
        for card in cards[1:]:
            answering.take_receipt(self.session, card.id, at.date())
        self.do("close", at + timedelta(minutes=20))


def fill(session: Session, books: Library, met: Mapping[str, Actor], now: datetime) -> None:
    """A session in nine days and one twelve days ago, of *Steppe Lights* and commission No. 17."""
    host, guest = met[HOST], met[GUEST]
    ours, theirs = host.held[0].organisation_id, guest.held[0].organisation_id
    if ours is None or theirs is None or host.held[0].cohort_id is None:
        return

    def planned(exercise: str, days: int, at: str, seats: int) -> _Played:
        day = now.date() + timedelta(days=days)
        plan = Plan(True, "ru", day, at, PLACE, seats, exercise, theirs)
        made = actions.plan(session, host, ours, books, plan, now=now)
        return _Played(session, session.get_one(JointSession, made), met)

    coming = planned("removal-vote", 9, "14:00", 12)
    coming.hand_out(7, 14)
    cards = coming.seated()
    coming.come([card for card in cards if card.number <= 6])

    over = planned("zone-at-the-count", -12, "15:30", 10)
    over.hand_out(8, 7)
    cards = over.seated()
    over.come(cards)
    began = datetime.combine(over.row.starts_on, time(10, 30), now.tzinfo)
    over.play(cards, began)
    actions.count_heads(session, host, over.row.id, 8, 8)
    actions.count_heads(session, guest, over.row.id, 7, 6)

    cohort = cohorts.one(session, host, host.held[0].cohort_id)
    receipt = Receipt(secrets.token_bytes(32), month_of(over.row.starts_on))
    actions.redeem(session, host, cohort, met[SHOWN].id, receipt, now=now)
