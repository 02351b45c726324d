"""Squares (QR codes) on pages, drawn by us."""

from __future__ import annotations

from markupsafe import Markup

from lms.web.filters import drawn


def square(text: str) -> Markup:
    """A short text as SVG. Digits, capitals and hyphens alone keep it coarse, for any phone."""
    import segno  # a megabyte that few pages need

    code = segno.make_qr(text, error="m", boost_error=False)
    return drawn(code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))
