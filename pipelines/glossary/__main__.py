"""Writes every generated file anew, and the pages' files as they are committed.

What a person wrote in full beside a model, a column of several lines, goes into the glossary first. With ``--from-sql``
the models say themselves which columns they have: their SQL is run on an empty lake.
"""

import sys

from dashboards.files.bundle import FOLDER
from dashboards.written.folder import normalise_folder
from pipelines.glossary.adopting import adopt, adopt_types
from pipelines.glossary.generated import ROOT, write_generated
from sources.glossary import GlossaryError


def main(arguments: list[str]) -> str | None:
    """What is to be said at the end: why nothing was written, or nothing."""
    try:
        adopt(ROOT / "dbt_project")
        if "--from-sql" in arguments:
            from pipelines.glossary.sql_columns import sql_columns

            in_sql = sql_columns()
            adopt_types(in_sql)
            write_generated(in_sql=in_sql)
        else:
            write_generated()
    except GlossaryError as problem:
        return str(problem)
    normalise_folder(FOLDER)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
