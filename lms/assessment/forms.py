"""What staff type around exams: grants, closings, opening again, corrections."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from lms.assessment.handing import REFUSALS
from lms.assessment.tending import MOST_MINUTES, REASONS
from lms.domain.corrections import REASONS as WHY_CORRECTED
from lms.domain.corrections import UNDO_REASONS
from lms.web.forms import Form


def reason_words() -> dict[str, str]:
    """Causes in the room, in words; never why a person needs what is granted."""
    return {
        "power": gettext("The power failed"),
        "network": gettext("The network failed"),
        "device": gettext("A device failed"),
        "interrupted": gettext("The room was interrupted"),
        "agreed": gettext("Agreed beforehand"),
    }


def correction_words() -> dict[str, str]:
    """Why a question is corrected, in words."""
    return {
        "key-wrong": gettext("The key was wrong"),
        "ambiguous": gettext("The question can be read in two ways"),
        "law-changed": gettext("The law changed"),
        "translation": gettext("The translation says something else"),
        "leaked": gettext("The question had become known"),
        "technical": gettext("It was shown wrongly"),
    }


def undo_words() -> dict[str, str]:
    """Why a correction is taken back, in words."""
    return {
        "mistaken": gettext("The correction was a mistake"),
        "objection": gettext("Somebody objected, and is right"),
        "law-changed": gettext("The law changed"),
    }


def refusal_words() -> dict[str, str]:
    """Why a file of answers is not taken in, in words."""
    return {
        "late": gettext("It was written after the end"),
        "doubtful": gettext("Nobody knows who wrote it, or when"),
        "wrong-file": gettext("It is the wrong file"),
    }


class Because(Form):
    """A form that asks for a cause in the room."""

    reason = RadioField(_("Why"), [DataRequired(_("Choose a reason."))])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = reason_words()
        self.reason.choices = [(code, words[code]) for code in REASONS]


class GrantForm(Because):
    quiz = SelectField(_("Quiz"), [InputRequired()])
    minutes = IntegerField(
        _("More minutes"), [InputRequired(_("Write a number.")), NumberRange(0, MOST_MINUTES)]
    )
    attempts = IntegerField(
        _("More attempts"), [InputRequired(_("Write a number.")), NumberRange(0, 5)]
    )

    def __init__(self, quizzes: Iterable[tuple[str, str]], **given: object) -> None:
        super().__init__(**given)
        self.quiz.choices = list(quizzes)

    def validate_attempts(self, field: IntegerField) -> None:
        if not field.data and not self.minutes.data:
            raise ValidationError(_("Give minutes or attempts."))


class ReopenForm(Because):
    minutes = IntegerField(
        _("Minutes from now"),
        [InputRequired(_("Write a number.")), NumberRange(0, MOST_MINUTES)],
        description=_("0 hands in what was saved, without more time."),
    )


class FileForm(Form):
    file = FileField(
        _("File of answers"),
        [FileRequired(_("Choose a file first."))],
        description=_("The text file that the trainee saved on the page of the question."),
    )


class TakeInForm(Because):
    text = TextAreaField(_("File of answers"), [DataRequired(_("Choose a file first."))])


class RefuseForm(Form):
    why = RadioField(_("Why"), [DataRequired(_("Choose a reason."))])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = refusal_words()
        self.why.choices = [(code, words[code]) for code in REFUSALS]


class ClosingForm(Form):
    quiz = SelectField(_("Quiz"), [InputRequired()])
    day = DateField(_("Closes on (day)"), [InputRequired(_("Write a day."))])
    time = TimeField(_("at (UTC)"), [InputRequired(_("Write a time such as 18:00."))])

    def __init__(self, quizzes: Iterable[tuple[str, str]], **given: object) -> None:
        super().__init__(**given)
        self.quiz.choices = list(quizzes)


class UndoForm(Form):
    why = RadioField(_("Why"), [DataRequired(_("Choose a reason."))])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = undo_words()
        self.why.choices = [(code, words[code]) for code in UNDO_REASONS]


class CorrectionForm(Form):
    kind = RadioField(_("What is to be done"), [DataRequired(_("Choose what is to be done."))])
    why = RadioField(_("Why"), [DataRequired(_("Choose a reason."))])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = correction_words()
        self.why.choices = [(code, words[code]) for code in WHY_CORRECTED]
        self.kind.choices = [
            ("void", gettext("Take the question out of every paper")),
            ("accept", gettext("Accept also the answer chosen below")),
            ("version", gettext("Mark by the question as it is published now")),
        ]
