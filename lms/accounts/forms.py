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

LONGEST_LOGIN = 100
LONGEST_SECRET = 300


class SignInForm(Form):
    login = StringField(_("Login"), [DataRequired(), Length(max=LONGEST_LOGIN)])
    secret = PasswordField(_("Passphrase"), [DataRequired(), Length(max=LONGEST_SECRET)])
    next = HiddenField()

    @staticmethod
    def would_take(login: str, secret: str) -> bool:
        """Whether there is nothing to mend in this: whoever signs in rightly needs no form."""
        fits = len(login) <= LONGEST_LOGIN and len(secret) <= LONGEST_SECRET
        return fits and bool(login.strip()) and bool(secret.strip())


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
