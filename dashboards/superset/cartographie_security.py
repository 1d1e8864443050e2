"""What Superset's own permissions leave open to a reader, closed here.

Whoever may see a page may send any query on its datasets. That is harmless by design (a page of establishments reads
only marts made for them, row by row), yet a reader's query never needs SQL of its own: it is refused.
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

from roles import ADMIN_ROLE, COORDINATOR_ROLE, ENGINEER_ROLE
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager

MAY_SEND_SQL = {ADMIN_ROLE, COORDINATOR_ROLE, ENGINEER_ROLE}
_QUERY_PARTS = ("columns", "metrics", "filter", "orderby", "series_columns", "series_limit_metric", "annotation_layers")


class CartographieSecurityManager(SupersetSecurityManager):
    """Superset's, where a reader's query names columns and metrics of the dataset and nothing else."""

    def raise_for_access(self, *arguments, **named):
        query_context = named.get("query_context")
        if query_context is not None and not self._may_send_sql():
            names = {column.column_name for column in query_context.datasource.columns}
            if any(has_own_sql(query, names) for query in query_context.queries):
                raise refusal()
        super().raise_for_access(*arguments, **named)

    def _may_send_sql(self):
        return bool(MAY_SEND_SQL & {role.name for role in self.get_user_roles()})


def has_own_sql(query, names) -> bool:
    """Whether a query carries an expression or a condition written by who sends it; `names` are plain columns."""
    extras = query.extras or {}
    if any(extras.get(clause) for clause in ("where", "having", "transpile_to_dialect")):
        return True
    return any(_holds_expression(getattr(query, part, None), names) for part in _QUERY_PARTS)


def _holds_expression(value, names) -> bool:
    if isinstance(value, dict):
        # The front end sends the x axis of a chart as an expression that is the name of its column.
        if "sqlExpression" in value and value["sqlExpression"] not in names:
            return True
        return any(_holds_expression(item, names) for item in value.values())
    return isinstance(value, list | tuple) and any(_holds_expression(item, names) for item in value)


def refusal() -> SupersetSecurityException:
    return SupersetSecurityException(
        SupersetError(
            error_type=SupersetErrorType.DATASOURCE_SECURITY_ACCESS_ERROR,
            message="Un lecteur n'envoie pas d'expression SQL.",
            level=ErrorLevel.WARNING,
        )
    )
