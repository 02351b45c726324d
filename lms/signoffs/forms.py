"""What may be typed in the room: marks, strips from paper, the page of a filled form."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.domain.signoffs import Line
from lms.web.forms import Form


def read_marks(
    lines: Iterable[Line], prefix: str = "line-"
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """The mark of every line as chosen, and what is missing, by the name of its field."""
    marks, errors = {}, {}
    for line in lines:
        given = request.form.get(prefix + line.id, "")
        if given in [str(mark) for mark in range(line.top + 1)]:
            marks[line.id] = int(given)
        else:
            errors[prefix + line.id] = [gettext("Choose one.")]
    return marks, errors


class CodeForm(Form):
    code = StringField(
        _("Code of the sheet"),
        [DataRequired(_("Type the code printed beside the square.")), Length(max=40)],
    )


class StripForm(CodeForm):
    strip = StringField(
        _("Marks"),
        [DataRequired(_("Type the two signs beside each ticked box.")), Length(max=400)],
        description=_("Line by line, for example A7 B2 A0. Spaces do not matter."),
    )


class ProofForm(Form):
    file = FileField(
        _("Page of a filled form"),
        [FileRequired(_("Choose a file first."))],
        description=_(
            "JPEG, PNG or WebP, at most 5 MB. Only the pixels are kept, encrypted: nothing about "
            "the camera, the place or the time."
        ),
    )
