"""Types of question: how each is read from a form, marked and shown in a drawn order."""

from collections.abc import Mapping

from lms.domain.dates import Document
from lms.domain.questions.base import POINTS, Answer, Fields, Order, Question, Unreadable
from lms.domain.questions.essay import Essay
from lms.domain.questions.gaps import Gaps
from lms.domain.questions.match import Matching
from lms.domain.questions.multiple import Multiple
from lms.domain.questions.number import Number
from lms.domain.questions.order import Ordering
from lms.domain.questions.single import Single
from lms.domain.questions.spot import Spot
from lms.domain.questions.text import Text
from lms.domain.questions.truefalse import TrueFalse

KINDS: Mapping[str, type[Question]] = {
    kind.kind: kind
    for kind in (
        Single,
        Multiple,
        TrueFalse,
        Ordering,
        Matching,
        Number,
        Text,
        Gaps,
        Spot,
        Essay,
    )
}


def question(document: Document) -> Question:
    """Read a question of any type from its document.

    Raises ValueError for an unknown type, and for a key that its type cannot use.

    Source: docs/authoring.md, "A bank: one heading, one question".
    """
    kind = KINDS.get(document["type"])
    if kind is None:
        raise ValueError(f"{document['slug']}: unknown type of question {document['type']!r}")
    return kind.from_document(document)


__all__ = [
    "KINDS",
    "POINTS",
    "Answer",
    "Fields",
    "Order",
    "Question",
    "Unreadable",
    "question",
]
