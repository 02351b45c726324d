"""What those who bring people in may send."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import DataRequired

from lms.web.forms import Form


class UploadForm(Form):
    file = FileField(
        _("List of people"),
        [FileRequired(_("Choose a file first."))],
        description=_(
            "CSV (UTF-8) or XLSX with a heading row: name, and if you like language (en, ru, kk). "
            "Members of a commission may have a post (chair, secretary, member)."
        ),
    )


class ConfirmForm(Form):
    """The plan that the dry run showed, signed, so that what is confirmed is what was seen."""

    plan = HiddenField(validators=[DataRequired()])
