"""What is looked at before Superset sees a request, and taken out of what it answers to a reader.

Names by which the server is reached, the length of what is sent, how much of it is kept, who else has an account.
Belongs here: doors that Superset leaves open. Does not: questions about data (statements/questions.py), connections
(front/connections.py), logins (accounts/login.py).
"""

import os
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, g, jsonify, request, session
from werkzeug.exceptions import NotFound

from dashboards.superset.accounts.roles import ADMIN_ROLE, EDITING_ROLES

HOSTS = set(os.environ.get("CARTOGRAPHIE_HOSTS", "127.0.0.1 localhost ::1").split())
WRONG_HOST = "Cette adresse n'est pas celle de la cartographie ([servers] superset_url)."
LONGEST_QUESTION, LONGEST_STATE, LONGEST_BODY = 512 * 1024, 128 * 1024, 8 * 2**20
LONGEST_TIME_RANGE = 500
LONGEST_UPLOAD = 25 * 2**20 + 2**18
"""Bytes of a question to a chart, of what a page keeps of its filters, of anything else; signs of a range of time."""
KEPT_OF_ONE_ACCOUNT = 500
"""Links and states of filters: past it, the oldest of the account go."""
_UNUSED = {"SupersetIndexView.patch_flask_locale", "LocaleView.index", "DatabaseRestApi.oauth2", "health.version",
           "UserRestApi.avatar", "SqlLabRestApi.export_streaming_csv"}  # fmt: skip
"""Used by no page. Open to who is not signed in: another language, another database's consent, our version, which
numbers of accounts there are; to engineers: a file in which a received text is a formula."""
_QUESTIONS = {"ChartDataRestApi.data", "Superset.explore_json"}
_UPLOAD = "EnvoisView.try_files"
_STATES = ("permalink", "filter_state", "form_data")
NO_SUCH_LINK = "Ce lien ne mène à rien : il n'a pas été donné ici, ou ce qu'il montrait n'est plus gardé."
_LINK_OF_A_PAGE = "DashboardPermalinkRestApi.post"
LONGEST_ADDRESS = 4_000
_IN_NO_ADDRESS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LINKS = {
    "Superset.dashboard_permalink",
    *(f"{kind}PermalinkRestApi.get" for kind in ("Dashboard", "Explore", "SqlLab")),
}
_RELATED = re.compile(r"/api/v1/\w+/related/(\w+)/?")
_RELATED_PEOPLE = {"owners", "created_by", "changed_by", "user", "users", "editors", "viewers"}
_PEOPLE = {"owners", "created_by", "changed_by", "changed_by_name", "created_by_name", "last_saved_by", "roles"}


def look_first() -> Any:
    """What is looked at of each request before anything else."""
    close_unused()
    if refused := check_host() or check_length():
        return refused
    check_state()
    return None


def check_host() -> tuple[str, int, dict[str, str]] | None:
    """Refuse a name that is not the server's: it would stand in links and redirections."""
    name = request.host.rsplit(":", 1)[0] if not request.host.startswith("[") else request.host[1:].split("]")[0]
    if "*" not in HOSTS and name.lower() not in HOSTS:
        return WRONG_HOST, 400, {"Content-Type": "text/plain; charset=utf-8"}
    return None


def close_unused() -> None:
    """Answer what nobody here needs as if it were not there."""
    if request.endpoint in _UNUSED:
        abort(404)


def check_length() -> Response | None:
    """Bound what is read of a body before anything is made of it."""
    is_upload = request.endpoint == _UPLOAD
    request.max_content_length = LONGEST_UPLOAD if is_upload else LONGEST_BODY
    if request.endpoint in _QUESTIONS:
        request.max_content_length = LONGEST_QUESTION
    elif _keeps_state():
        request.max_content_length = LONGEST_STATE
    elif request.path.startswith("/api/v1/time_range") and len(request.query_string) > LONGEST_TIME_RANGE:
        abort(400)
    if (request.content_length or 0) <= request.max_content_length:
        return None
    if is_upload:
        from dashboards.superset.door.views import too_large_in_words

        return too_large_in_words()
    abort(413)


def check_state() -> None:
    """Refuse a choice to be kept for a window of no session, and a link whose following would end in no address.

    Superset finds a window's choice by its session: without one, by the number of the window alone, which others have.
    """
    if not _keeps_state():
        return
    if "tab_id" in request.args and "_id" not in session:
        abort(400)
    if request.endpoint == _LINK_OF_A_PAGE:
        words = _put_in_an_address(request.get_json(silent=True))
        if len(words) > LONGEST_ADDRESS or _IN_NO_ADDRESS.search(words):
            abort(400)


def _put_in_an_address(told: Any) -> str:
    """What a link to a page holds that stands in the address to which it leads; the rest Superset looks at."""
    anchor, pairs = (told.get("anchor"), told.get("urlParams")) if isinstance(told, dict) else (None, None)
    words = [word for pair in pairs if isinstance(pair, list) for word in pair] if isinstance(pairs, list) else []
    return "".join(str(word) for word in (anchor, *words))


def keep_to_one(response: Response) -> Response:
    """Let nothing between the server and a browser keep an answer for others: Superset calls some figures public."""
    if response.cache_control.public and not request.path.startswith("/static/"):
        response.cache_control.public = False
        response.cache_control.private = True
    return response


def keep_the_newest(response: Response) -> Response:
    """Of the links and states that an account made, remove the oldest past a number."""
    if request.method in {"POST", "PUT"} and response.status_code < 300 and _keeps_state():
        _remove_oldest(getattr(g.user, "id", None))
    return response


def _keeps_state() -> bool:
    return (
        request.method in {"POST", "PUT"}
        and request.path.startswith("/api/")
        and request.path.rstrip("/").split("/")[-1 if request.method == "POST" else -2] in _STATES
    )


def _remove_oldest(account: int | None) -> None:
    from superset import db
    from superset.key_value.models import KeyValueEntry

    if account is None:
        return
    own = db.session.query(KeyValueEntry.id).filter(KeyValueEntry.created_by_fk == account)
    oldest = own.order_by(KeyValueEntry.id.desc()).offset(KEPT_OF_ONE_ACCOUNT).limit(1_000)
    if numbers := [number for (number,) in oldest]:
        db.session.query(KeyValueEntry).filter(KeyValueEntry.id.in_(numbers)).delete(synchronize_session=False)
        db.session.commit()


def answer_unknown_links(app: Any) -> None:
    """Say that a link leads nowhere: to Superset a key that is none is an error of the server, or a line of JSON."""
    from superset.commands.dashboard.permalink.get import GetDashboardPermalinkCommand
    from superset.commands.explore.permalink.get import GetExplorePermalinkCommand
    from superset.commands.sql_lab.permalink.get import GetSqlLabPermalinkCommand

    for command in (GetDashboardPermalinkCommand, GetExplorePermalinkCommand, GetSqlLabPermalinkCommand):
        command.run = _nothing_for_no_key(command.run)
    app.after_request(say_that_a_link_leads_nowhere)


def _nothing_for_no_key(find: Callable[..., Any]) -> Callable[..., Any]:
    from superset.commands.dataset.exceptions import DatasetNotFoundError
    from superset.commands.exceptions import CommandException, ObjectNotFoundError
    from superset.key_value.exceptions import KeyValueParseKeyError

    @wraps(find)
    def found(command: Any) -> Any:
        try:
            return find(command)
        except CommandException as problem:
            if not isinstance(problem.__cause__, KeyValueParseKeyError | ObjectNotFoundError | DatasetNotFoundError):
                raise
        except ValueError:  # « kv:x »: a number of a table of the past.
            pass
        return None

    return found


def say_that_a_link_leads_nowhere(response: Response) -> Response:
    """In French: in JSON to a page that asks, as a page to a person."""
    if response.status_code != 404 or request.endpoint not in _LINKS:
        return response
    if request.path.startswith("/api/"):
        return current_app.make_response((jsonify(message=NO_SUCH_LINK), 404))
    return current_app.make_response(current_app.handle_http_exception(NotFound(NO_SUCH_LINK)))


def check_related() -> None:
    """Refuse a list of people that Superset forgot to have filtered: of saved statements, who made them."""
    found = _RELATED.fullmatch(request.path)
    if found is None or found[1] not in _RELATED_PEOPLE or ADMIN_ROLE in _roles_of_who_asks():
        return
    api = getattr(current_app.view_functions.get(request.endpoint or ""), "__self__", None)
    if found[1] not in (getattr(api, "base_related_field_filters", None) or {}):
        abort(403)


def related_people(query: Any) -> Any:
    """Of the accounts that a page's editor offers: all to administrators, editors to editors, nobody to readers."""
    from superset import security_manager

    names = _roles_of_who_asks()
    if ADMIN_ROLE in names:
        return query
    wanted = EDITING_ROLES if names & set(EDITING_ROLES) else ()
    account = security_manager.user_model
    return query.filter(account.roles.any(security_manager.role_model.name.in_(wanted)))


def related_roles(query: Any) -> Any:
    from superset import security_manager

    return query if ADMIN_ROLE in _roles_of_who_asks() else query.filter(security_manager.role_model.id < 0)


def leave_people_out(response: Response) -> Response:
    """Tell a reader of a page nothing of who made it: their names are names of accounts."""
    is_about = request.path.startswith(("/api/v1/dashboard/", "/api/v1/chart/")) and request.method == "GET"
    if is_about and response.is_json and _is_reader():
        told = response.get_json(silent=True)
        if isinstance(told, dict):
            _empty_people(told)
            response.set_data(jsonify(told).get_data())
    return response


def _empty_people(told: Any) -> None:
    left = [told]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            for name in _PEOPLE & node.keys():
                node[name] = [] if isinstance(node[name], list) else None
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)


def _is_reader() -> bool:
    return bool(getattr(getattr(g, "user", None), "is_authenticated", False)) and not _roles_of_who_asks() & {
        ADMIN_ROLE, *EDITING_ROLES
    }  # fmt: skip


def _roles_of_who_asks() -> set[str]:
    return {role.name for role in getattr(getattr(g, "user", None), "roles", ())}
