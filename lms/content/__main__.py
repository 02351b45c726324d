"""``python -m lms.content check``: the compiler without the application around it."""

from lms.content.commands import content

content()
