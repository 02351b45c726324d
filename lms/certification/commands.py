"""``lms certificates``: check one with no network, and look after keys and the revocation list.

``lms sources changed``: what rests on a source of the law, down to certificates.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from lms import clock, config
from lms.certification import keys as key_files
from lms.certification import lists, printing, tokens
from lms.certification.keys import NoKey
from lms.certification.lists import RevocationList
from lms.certification.logbook.commands import log
from lms.certification.pinned import Trouble, Trust, own_trust, pinned
from lms.certification.root.commands import root_group
from lms.certification.signing import NotGenuine, PublicKeys, newest
from lms.certification.tokens import Claims, Verified
from lms.domain.certification import Status, level_word, status
from lms.domain.impact import KINDS
from lms.domain.rules import legal_clock

GENUINE, EXPIRED, REVOKED, UNKNOWN = 0, 3, 4, 5
STALE_DAYS = 7
LARGEST_FILE = 20 * 1024 * 1024
_CODES = {
    Status.VALID: (GENUINE, "GENUINE"),
    Status.EXPIRED: (EXPIRED, "EXPIRED"),
    Status.NOT_YET: (EXPIRED, "NOT VALID YET"),
    Status.REVOKED: (REVOKED, "REVOKED"),
}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def certificates() -> None:
    """Check certificates offline; keys and revocation lists."""


certificates.add_command(log)
certificates.add_command(root_group)


@certificates.command()
@click.argument("subject", metavar="FILE|TOKEN")
@pinned
@click.option("--list", "list_paths", multiple=True, type=_FILE, help="A revocation list.")
@click.option("--name", help="Say whether this name was printed.")
@click.option("--day", help="The day to check for, such as 2026-11-01; today when left out.")
@click.option(
    "--stale-after",
    default=STALE_DAYS,
    show_default=True,
    type=click.IntRange(min=0),
    help="Warn when the list is older than so many days.",
)
def verify(
    subject: str,
    trust: Trust,
    list_paths: tuple[Path, ...],
    name: str | None,
    day: str | None,
    stale_after: int,
) -> None:
    """Say whether a certificate is genuine. Needs no network, no database and no settings.

    FILE is a certificate's PDF or a text file with its token; TOKEN is what its QR holds.
    Exit codes: 0 genuine, 3 expired (or not valid yet), 4 revoked, 5 unknown.
    """
    try:
        on = date.fromisoformat(day) if day else clock.now().date()
    except ValueError:
        raise Trouble(f"{day!r} is not a day; write it as 2026-11-01.") from None
    try:
        found = tokens.verify_typed(_token(subject), trust.public)
        trust.must_accept(found)
    except NotGenuine as problem:
        click.echo(f"UNKNOWN: {_why(problem)}")
        sys.exit(UNKNOWN)
    latest = _newest(list_paths, trust.believed)
    revoked = _is_revoked(found, latest)
    code, word = _CODES[
        status(found.claims.issued_on, found.claims.valid_until, on if revoked else None, on)
    ]
    click.echo(f"{word} on {on.isoformat()}")
    for label, value in _shown(found):
        click.echo(f"  {label:<12} {value}")
    if name is not None:
        click.echo(f"  {'name':<12} {'fits' if found.claims.names(name) else 'DOES NOT FIT'}")
    for warning in [*_warnings(found, latest, stale_after), *trust.warnings()]:
        click.echo(f"warning: {warning}", err=True)
    sys.exit(code)


def _token(subject: str) -> str:
    """The token in a file, or the subject itself. A file is told by its being there."""
    path = Path(subject)
    try:
        if not path.is_file():
            return subject
        if path.stat().st_size > LARGEST_FILE:
            raise Trouble(f"{subject} is too large for a certificate.")
        content = path.read_bytes()
    except (OSError, ValueError):  # a token may be no name that a file could have
        return subject
    if content.startswith(b"%PDF"):
        found = printing.token_in(content)
        if found is None:
            raise Trouble(f"{subject} carries no token; give the text of its QR instead.")
        return found
    return content.decode("utf-8", "replace")


def _why(problem: NotGenuine) -> str:
    return {
        "format": "this is not the token of a certificate.",
        "key": "it is signed with a key that is not among the public keys.",
        "signature": "the signature does not hold; the token was changed or made up.",
        "claims": "the signature holds, but what it signs cannot be.",
        "withdrawn": "its key was withdrawn, and it is not among those vouched for.",
        "days": "it begins on a day on which its key signed nothing.",
    }[problem.reason]


def _newest(paths: tuple[Path, ...], public: PublicKeys) -> RevocationList | None:
    found = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
            found.append(lists.verify_typed(text, public))
        except (NotGenuine, UnicodeDecodeError):
            click.echo(f"UNKNOWN: {path} is not a genuine revocation list.")
            sys.exit(UNKNOWN)
    return newest(found)


def _is_revoked(found: Verified, latest: RevocationList | None) -> bool:
    if latest is None or not latest.speaks_of(found.key_id):
        return False
    return found.claims.status_index in latest.revoked


def _warnings(found: Verified, latest: RevocationList | None, stale_after: int) -> list[str]:
    if latest is None:
        return ["revocation was not checked; give a list with --list."]
    if not latest.speaks_of(found.key_id):
        return ["revocation was not checked; the list is another mission's."]
    warnings, now = [], clock.now()
    signed = f"list {latest.number} is of {latest.issued_at:%Y-%m-%d %H:%M} UTC"
    if latest.is_older_than(stale_after, now):
        warnings.append(f"{signed}, more than {stale_after} days ago; get a newer one.")
    elif latest.issued_at < datetime.combine(found.claims.issued_on, datetime.min.time(), UTC):
        warnings.append(f"{signed}, before the certificate was issued; get a newer one.")
    if latest.issued_at > now + timedelta(days=1):
        warnings.append(f"{signed}, in the future; look at this machine's clock.")
    return warnings


def _shown(found: Verified) -> list[tuple[str, str]]:
    claims: Claims = found.claims
    permits = {"training": "training completed", "deployment": "may be deployed"}
    pairs = [
        ("serial", tokens.serial_shown(tokens.serial_text(claims.serial))),
        ("programme", claims.programme),
        ("level", level_word(claims.level)),
        ("purpose", permits[claims.purpose]),
    ]
    if claims.election_on is not None:
        law = legal_clock(claims.election_on)
        pairs.append(("election", f"{claims.election_on.isoformat()} (law: clock {law})"))
    return [
        *pairs,
        ("language", claims.language),
        ("issued on", claims.issued_on.isoformat()),
        ("valid until", claims.valid_until.isoformat()),
        ("content", claims.release.hex()),
        ("key", found.key_id.hex()),
    ]


@certificates.command("verify-page")
@click.argument("page", type=_FILE)
@click.argument("signature", type=_FILE)
@pinned
def verify_page(page: Path, signature: Path, trust: Trust) -> None:
    """Say whether PAGE, which checks certificates offline, is the one that was signed."""
    from lms.certification import offline

    try:
        at = offline.signed_at(
            page.read_bytes(), signature.read_text("ascii", "replace"), trust.believed
        )
    except NotGenuine:
        click.echo("UNKNOWN: this page was not signed by a known key, or was changed since.")
        sys.exit(UNKNOWN)
    click.echo(f"GENUINE: signed with the list of {at:%Y-%m-%d %H:%M} UTC.")


@certificates.command()
def audit() -> None:
    """Look for certificates that did not come into being as they must. Exit code 1 if there are."""
    from lms import db
    from lms.certification.auditing import audit as look
    from lms.cli import application

    application()
    session = db.session()
    found = look(session)
    for flaw in found:
        click.echo(f"{tokens.serial_shown(flaw.serial)}: {flaw.what}.")
    wrong = len({flaw.serial for flaw in found})
    click.echo(f"{wrong} certificates with a flaw." if found else "No certificate has a flaw.")
    sys.exit(1 if found else 0)


@certificates.command()
def finish() -> None:
    """Go on with people who are certified together, where the work was broken off."""
    from lms import db
    from lms.certification import together, working
    from lms.certification.making import Desk
    from lms.cli import application
    from lms.privacy import vault

    settings: config.Settings = application().config["LMS_SETTINGS"]
    try:
        ring = key_files.keyring(settings.keys)
        ring.must_issue()
    except NoKey as problem:
        raise Trouble(str(problem)) from None
    desk = Desk(ring, vault(), f"{settings.public_url}/verify")
    waiting = together.unfinished(db.session())
    for batch_id in waiting:
        say = _every(25)
        settled = working.go_on(batch_id, desk, say)
        click.echo(f"Batch {batch_id}: {settled} people settled.")
    if not waiting:
        click.echo("Nothing is left to be done.")


def _every(many: int) -> Callable[[int], None]:
    """Say how far it is, now and then."""
    return lambda count: click.echo(f"  {count} …") if count % many == 0 else None


@certificates.command("new-key")
def new_key() -> None:
    """Make an issuing key; from now on certificates are signed with it."""
    instance = Path(os.environ.get("LMS_INSTANCE") or config.ROOT / "instance").resolve()
    folder = instance / "keys"
    if not folder.is_dir():
        raise Trouble(f"There is no {folder}; `lms init` makes it.")
    made = key_files.new_key(folder, clock.now())
    public = folder / f"issuing-{made}.pub"
    if (folder / key_files.ROOT_FILE).exists():
        click.echo(f"Key {made} issues as soon as the root stands for it. Carry {public} there.")
    else:
        click.echo(f"Key {made} issues from now on. Give people {public}.")


@certificates.command("public-key")
@click.argument("file", type=_NEW_FILE)
def public_key(file: Path) -> None:
    """Write the public keys to FILE, for those who check certificates."""
    public = own_trust().believed
    file.write_bytes(key_files.public_text(public.values()))
    click.echo(f"{len(public)} public keys in {file}.")


@certificates.command("export-list")
@click.argument("file", type=_NEW_FILE)
@click.option("--qr", type=_NEW_FILE, help="Write it as a QR (SVG) to print, too.")
def export_list(file: Path, qr: Path | None) -> None:
    """Sign a revocation list dated today and write it to FILE (usually *.list)."""
    import segno

    from lms import db, trail
    from lms.certification import ending
    from lms.cli import application

    settings: config.Settings = application().config["LMS_SETTINGS"]
    now = clock.now()
    try:
        ring = key_files.keyring(settings.keys)
        ring.must_issue()
    except NoKey as problem:
        raise Trouble(str(problem)) from None
    with db.transaction() as session:
        trail.record(session, "publish-list", actor_id=None, subject="revocations:export", now=now)
        found = ending.publish_list(session, ring, now=now)
    text = found.body.decode()
    file.write_text(text + "\n", "ascii")
    click.echo(f"List {found.number} of {now:%Y-%m-%d %H:%M} UTC in {file}.")
    if qr is not None:
        try:
            segno.make_qr(text, error="l").save(str(qr), kind="svg", border=4, scale=2)
        except segno.DataOverflowError:
            raise Trouble("The list is too long for one QR; give people the file.") from None
        click.echo(f"The same as a QR in {qr}.")


@click.group()
def sources() -> None:
    """What the courses rest on."""


@sources.command()
@click.argument("source_id", metavar="SOURCE_ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def changed(source_id: str, form: str) -> None:
    """List everything that rests on a source, down to open attempts and certificates.

    Changes nothing: a coordinator decides and announces on the page for changes of the law.
    Exit code 2 for a source that is not published.
    """
    from lms import clock, db
    from lms.certification import law
    from lms.cli import OneSentence, application
    from lms.content import publishing
    from lms.domain.errors import NotThere

    application()
    session = db.session()
    books = publishing.current(session)
    try:
        found = law.impact(session, books, source_id, clock.now())
    except NotThere:
        raise OneSentence(f"{source_id} is not among the published sources.") from None
    by_kind = {kind: [item.id for item in found.items if item.kind == kind] for kind in KINDS}
    lists: dict[str, list[str]] = {
        "rules": list(found.rules),
        "lessons": by_kind["lesson"],
        "questions": by_kind["question"],
        "scenarios": by_kind["scenario"],
        "quizzes": list(found.quizzes),
        "programmes": list(found.programmes),
        "open_attempts": [str(id_) for id_ in found.attempts],
        "certificates": list(found.certificates),
    }
    if form == "json":
        click.echo(json.dumps({"source": source_id, **lists}, ensure_ascii=False, indent=1))
        return
    source = books.sources[source_id]
    click.echo(f"{source_id}: {source.instrument}, {source.article}")
    for name, ids in lists.items():
        click.echo(f"{name.replace('_', ' ')}: {len(ids)}")
        for id_ in ids:
            click.echo(f"  {id_}")
