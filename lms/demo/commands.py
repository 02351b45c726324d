"""``lms load-demo``."""

from __future__ import annotations

import json
import os

import click

from lms import clock, db
from lms.content import publishing
from lms.privacy import vault


@click.command("load-demo")
def load_demo() -> None:
    """Fill an empty database with invented people, and write who can sign in."""
    from lms.certification.keys import new_key
    from lms.cli import application
    from lms.demo.world import Builder, exists

    app = application()
    settings = app.config["LMS_SETTINGS"]
    cards_file = settings.instance / "demo-cards.json"
    if exists(db.session()):
        click.echo("There are people here already; nothing was changed.")
        return
    if not list(settings.keys.glob("issuing-*.key")):
        new_key(settings.keys, clock.now())
    with db.transaction() as session:
        books = publishing.current(session)
        cards = Builder(session, books, vault(), clock.now()).build()
    text = json.dumps([card.as_dict() for card in cards], ensure_ascii=False, indent=1)
    handle = os.open(cards_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    click.echo(f"{len(cards)} people can sign in; {cards_file} names them.")
