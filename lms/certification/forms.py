"""What people type about certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from lms.certification.making import LONGEST_NAME
from lms.domain.folding import clean
from lms.web.forms import Form

_LETTER = re.compile(r"[^\W\d_]")


LONGEST_TYPED = 2000
LONGEST_NAME_TYPED = 200


class VerifyForm(Form):
    """Public, changes nothing: there is nothing that a forged request could do with it."""

    token = TextAreaField(
        _("Serial, or the text of the code"),
        [
            DataRequired(_("Type the serial, or paste the text of the code.")),
            Length(max=LONGEST_TYPED),
        ],
        description=_("Spaces, line breaks and small letters do not matter."),
    )
    name = StringField(
        _("The name on it"),
        [Length(max=LONGEST_NAME_TYPED)],
        description=_("Type it to learn whether this name was printed. It is not kept."),
    )

    @staticmethod
    def would_take(token: str, name: str) -> bool:
        """Whether there is nothing to mend in this: the form itself need not be made to find out,
        which costs a tenth of a whole check."""
        fits = len(token) <= LONGEST_TYPED and len(name) <= LONGEST_NAME_TYPED
        return fits and bool(token.strip())


class _NamedForm(Form):
    """A name to print, and the language of the print."""

    name = StringField(
        _("Name to print"),
        [DataRequired(_("Type the name as it is to be printed.")), Length(max=LONGEST_NAME)],
        description=_(
            "As in the document the holder shows. It is printed and signed, and is not kept: a "
            "mistake means to replace the certificate."
        ),
    )
    language = RadioField(_("Language of the certificate"), [DataRequired()])

    def validate_name(self, field: StringField) -> None:
        if not _LETTER.search(clean(field.data or "")):
            raise ValidationError(_("A name has letters."))


class CertifyForm(_NamedForm):
    purpose = RadioField(_("What it is for"), [DataRequired()])


class ReplaceForm(_NamedForm):
    reason = RadioField(_("Why"), [DataRequired(_("Choose a reason."))])


class OwnNameForm(Form):
    """The name on one's own certificate, once more: it is not kept."""

    name = StringField(
        _("The name on your certificate"),
        [DataRequired(_("Type the name as it is printed.")), Length(max=LONGEST_NAME)],
        description=_(
            "Each code is signed over with it. It stands on none of them and is not kept."
        ),
    )


class ReasonForm(Form):
    """Why something is done to a certificate: one of the fixed reasons of that deed."""

    reason = RadioField(_("Why"), [DataRequired(_("Choose a reason."))], validate_choice=True)

    def __init__(self, reasons: Mapping[str, str], **given: object) -> None:
        super().__init__(**given)
        self.reason.choices = list(reasons.items())
