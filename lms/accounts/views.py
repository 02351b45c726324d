"""Coming in and going out: join, sign in, languages, one's own data."""

from __future__ import annotations

import uuid

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import actions, queries, renewing, secrets, signing_in
from lms.accounts.codes import new_passphrase, read_code
from lms.accounts.forms import ChangeSecretForm, CodeForm, NewAccountForm, SignInForm
from lms.accounts.models import Account, Failures
from lms.domain.errors import NotThere, TooLate
from lms.domain.folding import skeleton
from lms.domain.languages import LANGUAGES
from lms.domain.permissions import Permission, Role
from lms.privacy import vault
from lms.web.access import actor, needs, public
from lms.web.forms import begin_token, csrf
from lms.web.home import first_address
from lms.web.languages import language
from lms.web.redirects import own_path

bp = Blueprint("accounts", __name__)


def _refusals() -> dict[str, str]:
    return {
        "short": _("Too short: a login needs 3 characters, a passphrase 12."),
        "long": _("Too long."),
        "repeats": _("Use more different characters."),
        "common": _("This is one of the first that would be guessed. Choose another."),
        "login": _("Your passphrase may not contain your login."),
        "taken": _("This login, or one that looks like it, is taken. Choose another."),
    }


def _key() -> bytes:
    key: bytes = current_app.config["LMS_SETTINGS"].session_key
    return key


@bp.get("/sign-in")
@public
def sign_in() -> str | AnyResponse:
    form = SignInForm(data={"next": own_path(request.args.get("next"), "")})
    return render_template("accounts/sign-in.html", form=form, wait=0)


@bp.post("/sign-in")
@public
def sign_in_post() -> tuple[str, int] | AnyResponse:
    login, secret = request.form.get("login", ""), request.form.get("secret", "")
    if not SignInForm.would_take(login, secret):
        form = SignInForm()
        form.validate()
        return render_template("accounts/sign-in.html", form=form, wait=0), 422
    now, name = clock.now(), skeleton(login)
    known = _known(name)
    # Where failures are counted. A browser that signed in with this login before has its own door,
    # so that strangers who try a login cannot shut its owner out (security C-42, AB12).
    kind = "known-door" if cookie.get("known") == known else "door"
    door = signing_in.bucket(_key(), kind, name)
    tried = signing_in.failures_at(db.session(), door)
    wait = signing_in.seconds_to_wait(tried, now=now)
    if wait:
        return render_template("accounts/sign-in.html", form=SignInForm(), wait=wait), 429
    signer = signing_in.account_for(db.session(), name, secret)
    if signer is None:
        with db.transaction() as session:
            signing_in.count_failure(session, door, now=now)
        form = SignInForm()
        form.login.errors = [_("This login and passphrase do not belong together.")]
        return render_template("accounts/sign-in.html", form=form, wait=0), 422
    with db.transaction() as session:
        if tried is not None:
            signing_in.forget_failures(session, door)
        begun = signing_in.begin_session(session, signer, now=now)
    _sign_in_here(begun, known)
    # Straight to where this person begins: on a slow line each detour is felt.
    return redirect(own_path(request.form.get("next"), first_address()), code=303)


def _known(name: str) -> str:
    """What tells a browser that signed in with a login of this skeleton before."""
    return signing_in.bucket(_key(), "known", name).hex()


def _sign_in_here(begun: queries.User, known: str) -> None:
    """A fresh cookie for a fresh session: nothing of the time before signing in survives."""
    cookie.clear()
    cookie.permanent = True
    cookie["known"] = known
    begin_token()
    login_user(begun)


@bp.post("/sign-out")
@needs(Permission.OWN_ACCOUNT)
def sign_out() -> AnyResponse:
    with db.transaction() as session:
        actions.end_session(session, actor(), current_user.session_id)
    logout_user()
    known = cookie.get("known")
    cookie.clear()
    if known:
        cookie["known"] = known
    answer = redirect(url_for("accounts.sign_in"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/join")
@public
def join() -> str:
    return render_template("accounts/join.html", form=CodeForm(), wait=0)


@bp.post("/join")
@public
def join_post() -> tuple[str, int] | str:
    form = CodeForm()
    if not form.validate():
        return render_template("accounts/join.html", form=form, wait=0), 422
    now = clock.now()
    if wait := _codes_wait(now):
        return render_template("accounts/join.html", form=form, wait=wait), 429
    code = read_code(form.code.data or "")
    row = actions.open_code(db.session(), code, now=now, purposes=("invitation", "reset"))
    if row is None:
        _count_code_failure(now)
        form.code.errors = [
            _("This code does not open anything. Check it letter by letter, or ask for a new one.")
        ]
        return render_template("accounts/join.html", form=form, wait=0), 422
    if row.purpose == "reset":
        account = db.session().get_one(Account, row.account_id)
        return render_template("accounts/renew.html", code=str(code), login=account.login)
    new = NewAccountForm(formdata=None, data={"code": str(code)})
    return render_template("accounts/new-account.html", form=new)


def _passphrase_for(login: str) -> str:
    """A passphrase that does not happen to contain the login: one in a thousand would."""
    while secrets.weakness(found := new_passphrase(), login) == "login":
        pass
    return found


@bp.post("/join/account")
@public
def new_account() -> tuple[str, int] | AnyResponse:
    form = NewAccountForm()
    if not form.validate():
        return render_template("accounts/new-account.html", form=form), 422
    now = clock.now()
    if wait := _codes_wait(now):
        return render_template("accounts/join.html", form=CodeForm(), wait=wait), 429
    code = read_code(form.code.data or "")
    if code is None or actions.open_code(db.session(), code, now=now) is None:
        _count_code_failure(now)
        raise TooLate("used")
    login = form.login.data or ""
    given = _passphrase_for(login) if form.choice.data != "own" else None
    try:
        prepared = actions.prepare(login, given or form.secret.data or "")
        with db.transaction() as session:
            account_id = actions.join(
                session, code, prepared=prepared, language=language(), vault=vault(), now=now
            )
            account = session.get_one(Account, account_id)
            session.refresh(account)
            begun = signing_in.begin_session(session, signing_in.signer_of(account), now=now)
    except actions.SecretRefused as refused:
        field = form.login if refused.field == "login" else form.secret
        field.errors = [_refusals()[refused.reason]]
        return render_template("accounts/new-account.html", form=form), 422
    page = make_response()
    _sign_in_here(begun, _known(skeleton(prepared.login)))
    if given is None:
        return redirect(url_for("home.front"), code=303)
    page.set_data(
        render_template("accounts/passphrase.html", login=prepared.login, passphrase=given)
    )
    return page


@bp.post("/join/renew")
@public
def renew() -> tuple[str, int] | AnyResponse:
    """A new passphrase, for whoever holds a reset code."""
    now = clock.now()
    if wait := _codes_wait(now):
        return render_template("accounts/join.html", form=CodeForm(), wait=wait), 429
    code = read_code(request.form.get("code", ""))
    row = actions.open_code(db.session(), code, now=now, purposes=("reset",))
    if code is None or row is None or row.account_id is None:
        _count_code_failure(now)
        raise TooLate("used")
    login = db.session().get_one(Account, row.account_id).login or ""
    given = _passphrase_for(login)
    made = renewing.hashed(given)
    with db.transaction() as session:
        account = renewing.renew(session, code, row.account_id, made, now=now)
        begun = signing_in.begin_session(session, signing_in.signer_of(account), now=now)
    page = make_response()
    _sign_in_here(begun, _known(skeleton(login)))
    page.set_data(render_template("accounts/passphrase.html", login=login, passphrase=given))
    return page


def _minute(now: object) -> bytes:
    return signing_in.bucket(_key(), "codes", f"{now:%Y%m%d%H%M}")


def _codes_wait(now: object) -> int:
    """Codes can be tried in vain a hundred times a minute, by everybody together (C-44)."""
    row = db.session().get(Failures, _minute(now))
    return 60 if row is not None and row.count >= actions.CODES_PER_MINUTE else 0


def _count_code_failure(now: object) -> None:
    with db.transaction() as session:
        signing_in.count_failure(session, _minute(now), now=clock.now())


@bp.post("/languages/<chosen>")
@csrf.exempt  # type: ignore[untyped-decorator]  # strangers keep no cookie, and lose nothing by it
@public
def choose_language(chosen: str) -> AnyResponse:
    if chosen not in LANGUAGES:
        raise NotThere
    if current_user.is_authenticated:
        csrf.protect()
        with db.transaction() as session:
            actions.choose_language(session, actor(), chosen)
    cookie["language"] = chosen
    return redirect(own_path(request.form.get("next"), url_for("home.front")), code=303)


@bp.get("/account")
@needs(Permission.OWN_ACCOUNT)
def own_account() -> str:
    return _account_page(ChangeSecretForm())


def _account_page(form: ChangeSecretForm) -> str:
    account = queries.own_account(db.session(), actor())
    return render_template(
        "accounts/account.html",
        form=form,
        person=queries.person_of(account, vault()),
        joined_on=account.joined_on,
        renewed_on=renewing.renewed_on(db.session(), account.id, clock.now()),
        sessions=queries.own_sessions(db.session(), actor()),
        roles=sorted(current_user.actor.roles, key=list(Role).index),
    )


@bp.post("/account/secret")
@needs(Permission.OWN_ACCOUNT, audit=True)
def change_secret() -> tuple[str, int] | AnyResponse:
    form = ChangeSecretForm()
    if not form.validate():
        return _account_page(form), 422
    now = clock.now()
    door = signing_in.bucket(_key(), "change", str(actor().id))
    tried = signing_in.failures_at(db.session(), door)
    if signing_in.seconds_to_wait(tried, now=now):
        form.old.errors = [_("Wait a minute before the next try.")]
        return _account_page(form), 429
    if not actions.knows_secret(db.session(), actor(), form.old.data or ""):
        with db.transaction() as session:
            signing_in.count_failure(session, door, now=now)
        form.old.errors = [_("This is not your present passphrase.")]
        return _account_page(form), 422
    account = queries.own_account(db.session(), actor())
    try:
        prepared = actions.prepare(account.login or "", form.secret.data or "")
    except actions.SecretRefused as refused:
        form.secret.errors = [_refusals()[refused.reason]]
        return _account_page(form), 422
    with db.transaction() as session:
        actions.change_secret(session, actor(), prepared, now=now)
        account = session.get_one(Account, actor().id)
        begun = signing_in.begin_session(session, signing_in.signer_of(account), now=now)
    _sign_in_here(begun, _known(skeleton(prepared.login)))
    return redirect(url_for("accounts.own_account"), code=303)


@bp.post("/account/sessions/<uuid:session_id>/end")
@needs(Permission.OWN_ACCOUNT)
def end_session(session_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.end_session(session, actor(), session_id)
    return redirect(url_for("accounts.own_account"), code=303)


@bp.get("/what-we-keep")
@public
def what_we_keep() -> str:
    return render_template("accounts/what-we-keep.html")


@bp.get("/leave")
@public
def leave() -> Response:
    """A harmless page that anybody may be seen reading."""
    answer = make_response(render_template("accounts/leave.html"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
