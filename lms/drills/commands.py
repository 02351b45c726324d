"""``lms preview`` and ``lms booklet``: drafts played and printed from the files alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from lms import config
from lms.domain.languages import LANGUAGES

PORT = 8001


def content_root(path: Path | None) -> Path:
    """The folder that holds courses/ and quizzes/. Raises BadParameter where there is none."""
    for root in [path.resolve(), *path.resolve().parents] if path else [Path.cwd(), config.ROOT]:
        if (root / "quizzes").is_dir() or (root / "courses").is_dir():
            return root
    raise click.BadParameter(f"{path} lies in no folder that holds courses/ or quizzes/")


@contextmanager
def workshop(root: Path) -> Iterator[Flask]:
    """The application on an instance that is thrown away: the real one is not touched."""
    from lms import create_app
    from lms.drills import preview

    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        config.create_secrets(Path(folder))
        settings = config.load({"LMS_INSTANCE": folder, "LMS_CONTENT": str(root)})
        app = create_app(settings, extra=(preview.bp,))
        app.extensions["lms.draft"] = preview.Draft(root)
        yield app
        app.extensions["lms.db"].engine.dispose()


@click.command("preview")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
def preview_command(path: Path | None, port: int) -> None:
    """Play drafts of scenarios on this machine: meters in sight, any scene a click away.

    PATH is a folder that holds courses/ or quizzes/, or lies in one. The files are read again when
    they change. Only this machine can see it, and nothing is kept.
    """
    from werkzeug.serving import make_server

    with workshop(content_root(path)) as app:
        server = make_server("127.0.0.1", port, app, threaded=True)
        click.echo(f"http://127.0.0.1:{server.server_port}/preview/ (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Ended.")


@click.command("booklet")
@click.argument("slug")
@click.option("--path", type=click.Path(exists=True, path_type=Path), help="Where the files are.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0])
@click.option("--format", "form", type=click.Choice(["pdf", "html"]), default="pdf")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write.")
def booklet_command(
    slug: str, path: Path | None, language: str, form: str, output: Path | None
) -> None:
    """Print a scenario as a booklet, from the files: every scene, and the answers behind."""
    from lms.drills import booklets

    with workshop(content_root(path)) as app, app.test_request_context():
        draft = app.extensions["lms.draft"].read()
        if slug not in draft.books.scenarios:
            known = ", ".join(draft.books.scenarios) or "none"
            raise click.BadParameter(f"no scenario “{slug}” that can be played; there are: {known}")
        made = booklets.booklet(draft.books, slug, language)
        content = booklets.pdf(made) if form == "pdf" else booklets.page(made).encode()
    to = output or Path(f"{slug}-{language}.{form}")
    to.write_bytes(content)
    click.echo(f"{to}: {len(content)} bytes")
