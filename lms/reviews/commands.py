"""``lms translations``: what reviewers decided, for the author of the files."""

from __future__ import annotations

from pathlib import Path

import click

from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE

INTO = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


@click.group("translations")
def translations() -> None:
    """What native speakers decided about translations."""


@translations.command("patch")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--language", type=click.Choice(INTO), help="This language alone.")
def patch(file: Path, language: str | None) -> None:
    """Write into FILE what reviewers amended and sealed, as a patch.

    Put it in with "git apply FILE" or "patch -p1 < FILE" in the folder that holds courses/ and
    quizzes/, then run lms check and lms publish. Nothing is written when nothing is new.
    """
    from lms import db
    from lms.cli import OneSentence, application
    from lms.content import publishing
    from lms.reviews import patching, queries

    application()
    session = db.session()
    release = publishing.current(session).published
    found: list[queries.Written] = []
    for wanted in [language] if language else INTO:
        found += queries.read(session, publishing.writings(session, release, wanted), wanted)
    made = patching.patch(found)
    if not made:
        raise OneSentence("Nothing is amended or sealed that is not in the files already.")
    file.write_text(made, "utf-8", newline="\n")
    click.echo(f"{made.count(chr(10) + '+++ ') + made.startswith('+++ ')} files in {file}.")
