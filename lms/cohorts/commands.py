"""Bringing people in from the command line: the operator at the machine."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lms import clock, db, trail
from lms.accounts import actions as accounts
from lms.cohorts import actions, founding, importing, queries
from lms.cohorts.queries import CohortView
from lms.domain.errors import NotThere
from lms.domain.permissions import Place, Role
from lms.privacy import vault

PROBLEMS = {
    "no-name": "there is no name",
    "long-name": "the name is too long",
    "lost-letters": "letters were lost; save the file as CSV UTF-8 or XLSX",
    "twice": "this name stands twice, or is in the cohort already",
    "language": "the language must be en, ru or kk",
    "post": "the post must be chair, secretary or member",
    "cohort": "there is no one cohort of this name",
    "differs": "this person is here under another name, language or post; an import changes nobody",
    "no-cohort": "it names no cohort; add a column cohort1, or say --cohort",
}


def _cohort(name: str) -> CohortView:
    found = queries.by_name(db.session(), name)
    if not found:
        raise click.ClickException(f"There is no cohort called {name!r}.")
    if len(found) > 1:
        raise click.ClickException(f"{len(found)} cohorts are called {name!r}; rename one first.")
    return found[0]


@click.command("invite")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--cohort", "cohort_name", help="Name of the cohort (not for admin, auditor, reviewer)."
)
@click.option("--count", default=1, type=click.IntRange(1, 500), show_default=True)
def invite(role: str, cohort_name: str | None, count: int) -> None:
    """Print one-time codes that let people join with this role."""
    from lms.cli import application

    application()
    wanted = Role(role)
    place: Place | None = None
    if wanted not in (Role.ADMIN, Role.AUDITOR, Role.REVIEWER):
        if cohort_name is None:
            raise click.UsageError("--cohort is needed for this role.")
        cohort = _cohort(cohort_name)
        place = cohort.place
        if wanted is Role.COORDINATOR:
            place = Place(cohort.organisation_id)
    with db.transaction() as session:
        codes = [
            accounts.invite(session, role=wanted, place=place, issuer=None, now=clock.now())
            for _ in range(count)
        ]
        trail.record(
            session,
            "invite",
            actor_id=None,
            subject=f"role:{role}",
            facts={"codes": count},
            now=clock.now(),
        )
    for code in codes:
        click.echo(str(code))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cohort", "cohort_name", help="Where lines go that have no column cohort1.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_people(file: Path, cohort_name: str | None, dry_run: bool) -> None:
    """Add people from a CSV or XLSX file; all rows, or none."""
    from lms.cli import application

    application()
    if file.stat().st_size > importing.MOST_BYTES:
        raise click.ClickException("The file is larger than 2 MB.")
    cohorts = [_cohort(cohort_name)] if cohort_name else queries.for_operator(db.session())
    by_name = {cohort.name: cohort for cohort in cohorts}
    plan = importing.plan(
        file.read_bytes(),
        _present(cohorts),
        "en",
        cohort_name or "",
        posts=any(cohort.organisation_kind == "commission" for cohort in cohorts),
    )
    _complain(plan)
    if dry_run:
        click.echo(f"{len(plan.rows)} people would be added.")
        return
    cards = []
    with db.transaction() as session:
        for name in dict.fromkeys(row.cohort for row in plan.rows):
            rows = [row for row in plan.rows if row.cohort == name]
            cards += actions.import_people(
                session, None, by_name[name], rows, vault=vault(), now=clock.now()
            )
    for card in cards:
        click.echo(f"{card.code}\t{card.label}")
    click.echo(f"{len(cards)} people were added.", err=True)


def _present(cohorts: list[CohortView]) -> dict[str, list[str]]:
    """Cohort → the names in it. Two cohorts of one name cannot be told apart, so neither counts."""
    names = [cohort.name for cohort in cohorts]
    found = {}
    for cohort in cohorts:
        if names.count(cohort.name) == 1:
            learners = queries.learners(db.session(), [cohort.id], vault())
            found[cohort.name] = [person.name or "" for _c, person in learners]
    return found


def _complain(plan: importing.Plan) -> None:
    """Say everything that is wrong, and stop if anything is."""
    if plan.trouble:
        code, fact = plan.trouble
        raise click.ClickException(f"The file cannot be used: {code} {fact}".rstrip() + ".")
    for title in plan.not_kept:
        click.echo(f"The column {title} is understood but not kept.", err=True)
    for row in plan.problems:
        click.echo(f"line {row.number}: {PROBLEMS[row.problem or '']}", err=True)
    if plan.problems:
        click.echo(f"{len(plan.problems)} rows to mend; nobody was added.", err=True)
        sys.exit(1)


# --- setting up ----------------------------------------------------------------------------------


@click.group("organisations")
def organisations() -> None:
    """Set up organisations, their elections and their cohorts."""


@organisations.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(founding.KINDS), required=True, help="Whom it trains.")
def add_command(name: str, kind: str) -> None:
    """Found the organisation NAME, of observers or of a commission."""
    _do(lambda session: founding.add_organisation(session, name, kind, now=clock.now()))


@organisations.command("election")
@click.argument("organisation")
@click.argument("name")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def election_command(organisation: str, name: str, day: datetime) -> None:
    """Enter the election NAME of ORGANISATION, held on DAY (2027-01-24)."""
    _do(
        lambda session: founding.add_election(
            session, organisation, name, day.date(), now=clock.now()
        )
    )


@organisations.command("cohort")
@click.argument("organisation")
@click.argument("name")
@click.option("--programme", required=True, help="What it learns for, such as precinct-observer.")
@click.option("--election", help="The name of an election that was entered.")
def cohort_command(organisation: str, name: str, programme: str, election: str | None) -> None:
    """Begin the cohort NAME of ORGANISATION. `lms people invite` brings people into it."""
    _do(
        lambda session: founding.add_cohort(
            session, organisation, name, programme, election, now=clock.now()
        )
    )


@organisations.command("list")
def list_command() -> None:
    """Print every organisation with its kind, elections and cohorts."""
    from lms.cli import application

    application()
    for line in founding.overview(db.session()):
        click.echo(line)


def _do(deed: Callable[[Session], uuid.UUID]) -> None:
    from lms.cli import application

    application()
    try:
        with db.transaction() as session:
            deed(session)
    except founding.Taken:
        raise click.ClickException("There is one of this name already.") from None
    except NotThere:
        raise click.ClickException(
            "There is no such organisation or election; `lms organisations list` names all."
        ) from None
    except LookupError as unknown:
        raise click.ClickException(
            f"No programme called {unknown} is published; `lms publish` comes first."
        ) from None
    except ValueError:
        raise click.ClickException("A name has 1 to 200 characters.") from None
    click.echo("Done.")
