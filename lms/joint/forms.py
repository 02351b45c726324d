"""What may be typed about joint sessions."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (  # type: ignore[attr-defined]  # the types know no SelectChoice yet
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import DateField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)
from wtforms.validators import (
    NumberRange as AnyRange,
)

from lms import clock
from lms.domain.joint.live import MOST_RAISED
from lms.web.forms import Form

MOST_SEATS = 300
_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]\Z", re.ASCII)


class NumberRange(AnyRange):
    """A range that a number of a thousand digits is outside of, too: WTForms' own falls over it."""

    def __call__(self, form: Any, field: Any) -> None:
        try:
            super().__call__(form, field)
        except OverflowError:
            raise ValidationError(str(self.message)) from None


class TermsForm(Form):
    """When, where and for how many."""

    co_held = BooleanField(_("The commission's own trainer holds it together with us"))
    language = SelectField(_("Language of the session"), [InputRequired(_("Choose one."))])
    starts_on = DateField(
        _("Day"),
        [DataRequired(_("Write a day, such as 2026-11-15."))],
        description=_("Year, month, day: 2027-01-15"),
    )
    starts_time = StringField(
        _("Time"),
        [DataRequired(_("Write a time, such as 18:30.")), Length(max=5)],
        description=_("At the place: 18:30"),
    )
    place = StringField(
        _("Where"),
        [DataRequired(_("Write where people come together.")), Length(max=200)],
        description=_("A room that both sides can go to. Both organisations read this."),
    )
    seats = IntegerField(
        _("Seats for each side"),
        [
            InputRequired(_("Write a whole number.")),
            NumberRange(5, MOST_SEATS, _("Write a number from 5 to 300.")),
        ],
        description=_("Cards beyond this number are cards of the waiting list."),
        default=20,
    )

    def validate_starts_on(self, field: DateField) -> None:
        # At the place it may be a day later than in UTC, never a day earlier.
        if field.data is not None and field.data < clock.now().date():
            raise ValidationError(_("This day is over. Write a day that is still to come."))

    def validate_starts_time(self, field: StringField) -> None:
        if not _TIME.match(field.data or ""):
            raise ValidationError(_("Write a time, such as 18:30."))


class PlanForm(TermsForm):
    exercise = SelectField(_("Exercise"), [InputRequired(_("Choose one."))])
    partner = SelectField(_("Commission"), [InputRequired(_("Choose one."))])


class CardsForm(Form):
    how_many = IntegerField(
        _("How many"),
        [
            InputRequired(_("Write a whole number.")),
            NumberRange(1, 100, _("Write a number from 1 to 100.")),
        ],
    )


class NumberForm(Form):
    number = IntegerField(
        _("Number on the card"),
        [
            InputRequired(_("Write a whole number.")),
            NumberRange(1, 9999, _("Write the number that stands on the card.")),
        ],
    )


class HeadsForm(Form):
    heads = IntegerField(
        _("Heads in the room, of your side"),
        [Optional(), NumberRange(0, MOST_RAISED, _("Write a number from 0 to 999."))],
    )
    paper = IntegerField(
        _("Lines on the paper list, of your side"),
        [Optional(), NumberRange(0, MOST_RAISED, _("Write a number from 0 to 999."))],
    )


class UseCardForm(Form):
    code = StringField(
        _("Code on the card"),
        [DataRequired(_("Type the code that stands on the card.")), Length(max=60)],
        description=_(
            "For example K7QM-3F9TZ-XB2RD-H. Nobody wrote down who was given which card."
        ),
    )


class WallForm(Form):
    digits = StringField(
        _("Four digits from the wall"),
        [DataRequired(_("Type the four digits.")), Length(max=10)],
    )


class FeedbackForm(Form):
    useful = RadioField(
        _("Was it useful?"),
        choices=[SelectChoice(mark, mark) for mark in "54321"],
        validators=[InputRequired(_("Choose one."))],
    )
    words = TextAreaField(
        _("What should be different?"),
        [Length(max=1000)],
        description=_(
            "Write nothing by which somebody could be recognised. Both organisations "
            "read it, without any order, once five people have written."
        ),
    )


class ReceiptForm(Form):
    receipt = TextAreaField(
        _("Receipt"),
        [DataRequired(_("Copy the receipt into this field.")), Length(max=400)],
        description=_("The letters and digits that the person has kept. They work once."),
    )
