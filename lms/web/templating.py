"""Templates at the price of their words: shorter ways to what pages ask for most.

A page calls macros, phrases and addresses about a hundred times. Jinja's general way to each of
them looks for what such a thing might also be, and took a third of a page (docs/performance.md).
What is not recognised here goes the general way.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import FunctionType
from typing import Any
from zlib import crc32

from flask import Flask
from jinja2 import FileSystemBytecodeCache, Template
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from lms.web.languages import words

# Beside the templates, as Python keeps compiled modules beside their sources: who may write there
# may change the product anyhow, and who may only write what people do must not.
COMPILED = "__pycache__"


class Compiled(FileSystemBytecodeCache):
    """Templates as compiled before, by whichever process: the next one need not do it again.

    Each is kept with a checksum of its text, so that a changed template is compiled anew. Where
    the folder cannot be written everything works, and each process compiles for itself.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


class QuickContext(Context):
    """A context that knows the two kinds of thing that templates really call."""

    def call(self, thing: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(thing)
        if kind is Macro:
            if kwargs:
                kwargs.pop("_block_vars", None)
                kwargs.pop("_loop_vars", None)
            return thing(self.eval_ctx, *args, **kwargs)
        if kind is FunctionType and "jinja_pass_arg" not in thing.__dict__:
            if kwargs:
                kwargs.pop("_block_vars", None)
                kwargs.pop("_loop_vars", None)
            return thing(*args, **kwargs)
        return super().call(thing, *args, **kwargs)


class QuickTemplate(Template):
    """A template whose macros are imported without looking for globals of one page.

    Jinja compares the names of all globals at every import, in case one was given to a single
    template; ours are all the application's.
    """

    def _get_default_module(self, ctx: Context | None = None) -> Any:  # noqa: ARG002 - as Jinja asks
        return self._module or super()._get_default_module(None)


def gettext(phrase: str, /, **facts: Any) -> Markup:
    """A phrase in the language of the page. Facts are escaped as they enter it.

    A per cent sign is written twice, whether or not facts follow, as Jinja's own gettext wants it.
    """
    found = Markup(words().ugettext(phrase))  # noqa: S704 - our own words, from code and catalogues
    return found % facts if facts or "%" in found else found


def ngettext(one: str, many: str, number: int, /, **facts: Any) -> Markup:
    """The same with a number, which is the fact ``num``."""
    facts.setdefault("num", number)
    return Markup(words().ungettext(one, many, number)) % facts  # noqa: S704 - as above


def init_app(app: Flask) -> None:
    """After languages.init_app, whose functions these replace in templates."""
    app.jinja_env.context_class = QuickContext
    app.jinja_env.template_class = QuickTemplate
    folder = Path(app.root_path, app.template_folder or "", COMPILED)
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        app.jinja_env.bytecode_cache = Compiled(str(folder), f"%s-{_dialect(app)}.jinja")
    # Every page of ours is HTML: there is no template in which a phrase is not to be escaped.
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def compile_all(app: Flask) -> None:
    """Compile every template that is not kept as compiled."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


def _dialect(app: Flask) -> str:
    """What a compiled template depends on beside its text and the version of Jinja."""
    jinja = app.jinja_env
    told = (jinja.trim_blocks, jinja.lstrip_blocks, sorted(jinja.extensions))
    return f"{crc32(repr(told).encode()):08x}"
