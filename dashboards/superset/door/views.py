"""« Mes envois »: the establishments' door, a page of Superset's own login, roles and session.

Belongs here: addresses, forms, what is shown. Does not: whose door it is (door/access.py), reading
anything (door/reader.py asks the pipeline's reader). Each address names an establishment and checks it.
"""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response as FlaskResponse
from flask import abort, current_app, g, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from limits import parse
from markupsafe import Markup
from werkzeug.wrappers import Response

from dashboards.superset.accounts.login import security_manager
from dashboards.superset.door import access
from dashboards.superset.door.reader import DESK, TRIES, ReaderEnded, ReaderSilent, ask

ROUTE = "/mes-envois"
MOST_BYTES = 25 * 2**20
"""Of all files of a try together, and what stands around them in a form."""
TRIES_OF_ONE_ACCOUNT = os.environ.get("CARTOGRAPHIE_TRIES", "6 per minute")
TOO_LARGE = (
    f"Trop volumineux : {MOST_BYTES // 2**20} Mio au plus à la fois. Essayez les fichiers un par un, ou retirez les "
    "images."
)
TOO_OFTEN = "Vous avez fait beaucoup de demandes en une minute : attendez une minute, puis recommencez."
BUSY = "Un essai de votre compte est déjà en cours : attendez sa réponse, puis recommencez. Rien n'a été envoyé."
SILENT = "Le guichet ne répond pas pour l'instant. Rien n'a été envoyé ; réessayez dans une minute, ou prévenez le GCS."
ELSEWHERE = (
    "Cette adresse montre les pages seulement. Rien n'a été envoyé : les envois se font à l'autre adresse du GCS."
)
"""Of a server beside which `up` starts no reader."""
ENDED = (
    "Ce fichier a demandé plus de mémoire ou de temps que permis : il n'a pas été lu. Supprimez les feuilles et les "
    "mises en forme inutiles, ou partagez-le."
)
FAILED = "Une erreur de notre côté a arrêté cet essai : rien n'a été envoyé. Prévenez le GCS."
_INLINE = {".html": "text/html; charset=utf-8"}


def in_words(view: Callable[..., Response]) -> Callable[..., Response]:
    """Say a reader that is silent or was ended on the page, in words."""

    @wraps(view)
    def told(self: "EnvoisView", *arguments: Any, **named: Any) -> Response:
        try:
            return view(self, *arguments, **named)
        except ReaderSilent:
            return self.page(
                "probleme.html", 503, why=SILENT if DESK in os.environ else ELSEWHERE, code=named.get("code")
            )
        except ReaderEnded:
            return self.page("probleme.html", 422, why=ENDED, code=named.get("code"))

    return told


class EnvoisView(BaseView):
    """The door. ``can_read`` opens it, ``can_send`` tries and sends."""

    route_base = ROUTE
    class_permission_name = "Envois"
    template_folder = str(Path(__file__).parent / "templates")
    default_view = "choose"

    @expose("/")
    @has_access
    @permission_name("read")
    @in_words
    def choose(self) -> Response:
        if access.sees_all():
            told = ask(DESK, "establishments")[0]
            found, suggestions = told["establishments"], told["suggestions"]
        else:
            found = ask(DESK, "establishments", codes=access.own_establishments())[0]["establishments"]
            suggestions = []
            if len(found) == 1:
                return redirect(url_for("EnvoisView.door", code=found[0]["code"]))
        return self.page("choisir.html", establishments=found, said=suggestions)

    @expose("/sans-reponse")
    @has_access
    @permission_name("read")
    @in_words
    def silent(self) -> Response:
        if not access.sees_all():
            abort(404)
        return self.page("sans_reponse.html", campaigns=ask(DESK, "silent")[0]["campaigns"])

    @expose("/<code>/")
    @has_access
    @permission_name("read")
    @in_words
    def door(self, code: str) -> Response:
        told = self.desk("overview", code)[0]
        told.pop("status")
        return self.page("guichet.html", code=code, most=MOST_BYTES, **told)

    @expose("/<code>/classeur")
    @has_access
    @permission_name("read")
    @in_words
    def template(self, code: str) -> Response:
        asked = {"campaign": request.args.get("campagne"), "edition": request.args.get("edition")}
        told, content = self.desk("template", code, **asked)
        return given(told["name"], content)

    @expose("/<code>/essais", methods=["POST"])
    @has_access
    @permission_name("send")
    @in_words
    def try_files(self, code: str) -> Response:
        access.check_establishment(code)
        if self.is_too_often():
            return self.page("probleme.html", 429, why=TOO_OFTEN, code=code)
        files = [(each.filename or "", each.read()) for each in request.files.getlist("fichiers") if each.filename]
        sizes = [{"name": name, "size": len(content)} for name, content in files]
        content = b"".join(content for _, content in files)
        if len(content) > MOST_BYTES:
            return self.page("probleme.html", 413, why=TOO_LARGE, code=code)
        return self.tried(code, ask(TRIES, "try", content, files=sizes, **own(code))[0])

    @expose("/<code>/retrait", methods=["POST"])
    @has_access
    @permission_name("send")
    @in_words
    def withdraw(self, code: str) -> Response:
        access.check_establishment(code)
        if self.is_too_often():
            return self.page("probleme.html", 429, why=TOO_OFTEN, code=code)
        named = {"campaign": request.form.get("campagne", ""), "dossier": request.form.get("dossier", "")}
        return self.tried(code, ask(TRIES, "withdraw", **named, **own(code))[0])

    @expose("/<code>/essais/<number>/")
    @has_access
    @permission_name("send")
    @in_words
    def verdict(self, code: str, number: str) -> Response:
        told = self.desk("try", code, number=number)[0]
        answers = [Markup(answer) for answer in told["answers"]]  # escaped where it was written, cell by cell
        return self.page("essai.html", code=code, one=told["try"], answers=answers, style=Markup(told["style"]))

    @expose("/<code>/essais/<number>/<name>")
    @has_access
    @permission_name("send")
    @in_words
    def workbook(self, code: str, number: str, name: str) -> Response:
        told, content = self.desk("try_workbook", code, number=number, name=name)
        return given(told["name"], content)

    @expose("/<code>/essais/<number>/envoyer", methods=["POST"])
    @has_access
    @permission_name("send")
    @in_words
    def send(self, code: str, number: str) -> Response:
        self.desk("send", code, number=number, sent_by=access.sender())
        return redirect(url_for("EnvoisView.door", code=code, _anchor="suivi"))

    @expose("/<code>/essais/<number>/oublier", methods=["POST"])
    @has_access
    @permission_name("send")
    @in_words
    def forget(self, code: str, number: str) -> Response:
        self.desk("forget", code, number=number)
        return redirect(url_for("EnvoisView.door", code=code))

    @expose("/<code>/doublons", methods=["POST"])
    @has_access
    @permission_name("send")
    @in_words
    def suggest(self, code: str) -> Response:
        access.check_establishment(code)
        if self.is_too_often():
            return self.page("probleme.html", 429, why=TOO_OFTEN, code=code)
        names = {"use_case_code": "cas", "other_code": "autre", "suggestion": "avis", "reason": "motif"}
        asked = {name: request.form.get(field, "") for name, field in names.items()}
        told = self.desk("suggest", code, sent_by=access.sender(), **asked)[0]
        if told["status"] == "refused":
            return self.page("probleme.html", 422, why=told["why"], code=code)
        return redirect(url_for("EnvoisView.door", code=code, _anchor="doublons"))

    @expose("/<code>/reponses/<name>")
    @has_access
    @permission_name("read")
    @in_words
    def answer(self, code: str, name: str) -> Response:
        told, content = self.desk("answer", code, name=name)
        return given(told["name"], content, is_shown=True)

    @expose("/<code>/fichiers/<int:number>")
    @has_access
    @permission_name("read")
    @in_words
    def original(self, code: str, number: int) -> Response:
        told, content = self.desk("original", code, number=number)
        return given(told["name"], content)

    def desk(self, act: str, code: str, **said: Any) -> tuple[dict[str, Any], bytes]:
        """Ask the desk about an establishment that the account may see; what is not there is « not found »."""
        access.check_establishment(code)
        told, content = ask(DESK, act, **said, **own(code))
        if told["status"] == "missing":
            abort(404)
        if told["status"] == "failed":
            abort(500)
        return told, content

    def tried(self, code: str, told: dict[str, Any]) -> Response:
        if told["status"] == "ok":
            return redirect(url_for("EnvoisView.verdict", code=code, number=told["number"]))
        if told["status"] == "missing":
            abort(404)
        if told["status"] == "busy":
            return self.page("probleme.html", 429, why=BUSY, code=code)
        return self.page("probleme.html", 422, why=told.get("why", FAILED), code=code)

    def is_too_often(self) -> bool:
        limiter = security_manager().limiter.limiter
        return not limiter.hit(parse(TRIES_OF_ONE_ACCOUNT), "envois", str(g.user.id))

    def page(self, name: str, status: int = 200, **said: Any) -> Response:
        shown = {"sees_all": access.sees_all(), "may_send": self.may_send(), **said}
        return make_response(self.render_template(f"envois/{name}", **shown), status)

    def may_send(self) -> bool:
        return security_manager().has_access("can_send", "Envois")


def own(code: str) -> dict[str, str]:
    return {"establishment": code, "account": access.account()}


def given(name: str, content: bytes, is_shown: bool = False) -> Response:
    """Bytes to keep, or a page of ours to show; never anything that a browser would run."""
    kind = _INLINE.get(Path(name).suffix) if is_shown else None
    response = make_response(content)
    response.headers["Content-Type"] = kind or "application/octet-stream"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    if kind is None:
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def open_the_door(app: Any) -> None:
    """Put the page on the server and in its menu, and say in words what is too large."""
    app.appbuilder.add_view(EnvoisView, "Mes envois", href=f"{ROUTE}/", icon="fa-inbox", category="", category_icon="")
    app.after_request(closed_in_words)


def closed_in_words(response: FlaskResponse) -> FlaskResponse:
    """Whoever reads and follows the link of a page without sending: a sentence, where Superset has a line of JSON."""
    if is_of_the_door() and response.status_code == 403 and response.is_json:
        return make_response(current_app.jinja_env.get_template("envois/ferme.html").render(), 403)
    return response


def is_of_the_door() -> bool:
    return request.path.startswith(f"{ROUTE}/")


def too_large_in_words() -> FlaskResponse:
    """The answer to an upload past the limit, before any of it is read."""
    page = current_app.jinja_env.get_template("envois/trop_grand.html").render(why=TOO_LARGE, route=f"{ROUTE}/")
    return make_response(page, 413)
