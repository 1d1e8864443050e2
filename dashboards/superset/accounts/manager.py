"""What Superset's own permissions leave open to a reader, closed here; and who may come in by which door.

Whoever may see a page may send any query on its datasets. That is harmless by design (a page of establishments reads
only marts made for them, row by row), yet a reader's query never needs SQL of its own: it is refused.

Where a provider signs people in (accounts/oidc.py), accounts are made and their roles set anew at each sign-in,
and a password opens the API to administrators alone: the publisher's account is one.
"""

import hashlib
from typing import Any

from sqlalchemy import delete
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager

from dashboards.superset.accounts.oidc import CLOSED, MAPPING, NO_GROUP, OpenIdView, SignInRefused
from dashboards.superset.accounts.roles import (
    ADMIN_ROLE,
    EDITING_ROLES,
    EVERY_PAGE_ROLES,
    PROVIDER_ACCOUNT,
    STATEMENT_ROLES,
)
from dashboards.superset.statements.questions import READER_COLUMN, NotOurs, check_bounds, check_dataset, check_reader

MAY_CHANGE_PAGES = {ADMIN_ROLE, *EDITING_ROLES}
# Who reads every row anyway may ask for it in own words; read-only, judged and bounded.
MAY_SEND_SQL = {ADMIN_ROLE, *EVERY_PAGE_ROLES}
MAY_RUN_STATEMENTS = {ADMIN_ROLE, *STATEMENT_ROLES}
# The one kind of chart on our pages that still asks in Superset's older way.
OLDER_CHARTS = {"country_map"}
OWN_SQL = "Un lecteur n'envoie pas d'expression SQL."
STATEMENT_OF_ANOTHER = "Une instruction SQL n'est ouverte qu'à qui peut en écrire."
NOT_OF_OUR_CHARTS = "Cette question n'est celle d'aucun graphique de vos pages."
TOO_MUCH = "Cette question dépasse ce qu'un graphique peut demander : moins de valeurs, de lignes ou de classes."
_QUERY_PARTS = ("columns", "metrics", "filter", "orderby", "series_columns", "series_limit_metric", "annotation_layers")


class CartographieSecurityManager(SupersetSecurityManager):
    """Superset's, where a reader's query names columns and metrics of the dataset and nothing else."""

    authoauthview = OpenIdView

    def auth_user_db(self, username: str, password: str) -> Any:
        """An account of the provider has no password here, even one that it set: it would outlive its groups."""
        user = super().auth_user_db(username, password)
        if user and user.username.startswith(PROVIDER_ACCOUNT):
            return None
        if MAPPING and user and ADMIN_ROLE not in {role.name for role in user.roles}:
            return None
        return user

    def find_user(self, username: str | None = None, email: str | None = None) -> Any:
        """The account of exactly this name first: a provider's `Eve` and `eve` are two persons."""
        if username:
            exact = self.session.query(self.user_model).filter_by(username=username).one_or_none()
            if exact is not None or username.startswith(PROVIDER_ACCOUNT):
                return exact
        return super().find_user(username=username, email=email)

    def auth_user_ldap(self, username: str, password: str) -> None:
        """The API offers it beside passwords; there is no directory here."""
        return None

    def admit(self, claims: dict[str, Any], groups: set[str]) -> Any:
        """The account of whom the provider vouches for, with the roles that `groups` give now and no other.

        Raises SignInRefused for whom no group is known, once the account has lost what it had, and for a closed one.
        """
        name = account_name(claims["sub"])
        user = self.find_user(username=name)
        roles = [self.add_role(role) for role in (MAPPING.role_names(groups) if MAPPING else [])]
        if user is not None:
            user.roles, user.groups = roles, []
            self.take_ownership_away(user)
            self.session.commit()
        if not roles:
            raise SignInRefused(NO_GROUP)
        if user is None:
            made = self.add_user(name, *person_name(claims), f"{digest(name)}@fournisseur.invalid", roles)
            user = made or self.find_user(username=name)  # made by another window meanwhile
        if not user:
            raise RuntimeError("the account could not be made")
        if not user.active:
            raise SignInRefused(CLOSED)
        self.update_user_auth_stat(user)
        return user

    def take_ownership_away(self, user: Any) -> None:
        """Superset lets the owner of a page read it whatever the roles: who no longer edits owns nothing."""
        from superset.connectors.sqla.models import sqlatable_user
        from superset.models.dashboard import dashboard_user
        from superset.models.slice import slice_user

        if not MAY_CHANGE_PAGES.intersection(role.name for role in user.roles):
            for owners in (dashboard_user, slice_user, sqlatable_user):
                self.session.execute(delete(owners).where(owners.c.user_id == user.id))

    def raise_for_access(self, *arguments: Any, **named: Any) -> None:
        drawing = named.get("viz")
        if any(map(is_statement, (named.get("query"), named.get("datasource"), getattr(drawing, "datasource", None)))):
            self._refuse_statements()
        if drawing is not None and drawing.form_data.get("viz_type") not in OLDER_CHARTS:
            raise refusal(NOT_OF_OUR_CHARTS)
        super().raise_for_access(*arguments, **named)

    def _refuse_statements(self) -> None:
        """Superset looks at the tables that it finds in a statement, and lets anybody ask anything of one without."""
        if not MAY_RUN_STATEMENTS & {role.name for role in self.get_user_roles()}:
            raise refusal(STATEMENT_OF_ANOTHER)

    def refuse_what_no_chart_asks(self, query_context: Any) -> None:
        """Judge a question to any kind of dataset, before Superset does."""
        if self.is_admin():
            return
        try:
            if self._may_send_sql():
                check_bounds(query_context)
                return
            check_dataset(query_context.datasource)
            names = {column.column_name for column in query_context.datasource.columns}
            if READER_COLUMN in names and not self.get_rls_filters(query_context.datasource):
                raise NotOurs("a dataset without a rule of rows")
            if any(has_own_sql(query, names) for query in query_context.queries):
                raise refusal(OWN_SQL)
            check_reader(query_context, *self._claimed(query_context.form_data or {}))
        except NotOurs as problem:
            raise refusal(TOO_MUCH if self._may_send_sql() else NOT_OF_OUR_CHARTS) from problem

    def _claimed(self, form: dict[str, Any]) -> tuple[Any, Any]:
        """The chart and the page that a question says it comes from; Superset then asks whether the page is open."""
        from superset.models.dashboard import Dashboard
        from superset.models.slice import Slice

        def found(model: Any, number: object) -> Any:
            return self.session.get(model, number) if isinstance(number, int) else None

        return found(Slice, form.get("slice_id")), found(Dashboard, form.get("dashboardId"))

    def _may_send_sql(self) -> bool:
        return bool(MAY_SEND_SQL & {role.name for role in self.get_user_roles()})


def is_statement(thing: Any) -> bool:
    """Whether a dataset is a statement that somebody ran, or one that is about to run."""
    from superset.models.sql_lab import Query

    return isinstance(thing, Query)


def account_name(subject: object) -> str:
    """A name that no local account can have; `sub` alone is stable and one person's (OpenID Connect Core, 5.7)."""
    name = PROVIDER_ACCOUNT + str(subject)
    return name if len(name) <= 100 else PROVIDER_ACCOUNT + digest(name)


def person_name(claims: dict[str, Any]) -> tuple[str, str]:
    """First and last name as pages show who owns them; no address is kept."""
    whole = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
    first, _, last = whole.partition(" ")
    return str(claims.get("given_name") or first)[:64], str(claims.get("family_name") or last or "–")[:64]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def has_own_sql(query: Any, names: set[str]) -> bool:
    """Whether a query carries an expression or a condition written by who sends it; `names` are plain columns."""
    extras = query.extras or {}
    if any(extras.get(clause) for clause in ("where", "having", "transpile_to_dialect")):
        return True
    return any(_holds_expression(getattr(query, part, None), names) for part in _QUERY_PARTS)


def _holds_expression(value: object, names: set[str]) -> bool:
    if isinstance(value, dict):
        # The front end sends the x axis of a chart as an expression that is the name of its column.
        if "sqlExpression" in value and value["sqlExpression"] not in names:
            return True
        return any(_holds_expression(item, names) for item in value.values())
    return isinstance(value, list | tuple) and any(_holds_expression(item, names) for item in value)


def refusal(sentence: str) -> SupersetSecurityException:
    return SupersetSecurityException(
        SupersetError(
            error_type=SupersetErrorType.DATASOURCE_SECURITY_ACCESS_ERROR,
            message=sentence,
            level=ErrorLevel.WARNING,
        )
    )
