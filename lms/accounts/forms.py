"""What people type to come in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import (  # type: ignore[attr-defined]  # the types know no SelectChoice yet
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import DataRequired, Length

from lms.web.forms import Form


class SignInForm(Form):
    login = StringField(_("Login"), [DataRequired(), Length(max=100)])
    secret = PasswordField(_("Passphrase"), [DataRequired(), Length(max=300)])
    next = HiddenField()


class CodeForm(Form):
    code = StringField(
        _("Invitation code"),
        [DataRequired(), Length(max=60)],
        description=_("It stands on the card you were given, for example K7QM-3F9TZ-XB2RD-H."),
    )


class NewAccountForm(Form):
    code = HiddenField(validators=[DataRequired(), Length(max=60)])
    login = StringField(
        _("Choose a login"),
        [DataRequired(), Length(max=60)],
        description=_("Not your real name. You will type it to come back."),
    )
    choice = RadioField(
        _("Your passphrase"),
        choices=[
            SelectChoice("given", _("Give me a passphrase (safer)")),
            SelectChoice("own", _("I choose my own")),
        ],
        default="given",
    )
    secret = PasswordField(
        _("Your own passphrase"),
        [Length(max=300)],
        description=_("Only if you choose your own: at least 12 characters, any of them."),
    )


class ChangeSecretForm(Form):
    old = PasswordField(_("Present passphrase"), [DataRequired(), Length(max=300)])
    secret = PasswordField(
        _("New passphrase"),
        [DataRequired(), Length(max=300)],
        description=_("At least 12 characters, any of them."),
    )
