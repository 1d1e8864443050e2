"""The prefilled workbook of each establishment that a campaign expects, laid beside its answers.

Belongs here: whose, and where. Does not: what a workbook holds (``quality.answers.prefill``), one for whoever asks
(``door``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from quality.answers.prefill import UnknownCodeError, prefilled_rows
from sources.archive import archive
from sources.home.durable import write_whole_in
from sources.home.handles import folder_below
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.grid_template import write_grid_workbook


def write_all_templates(home: Home, referential: Referential, campaign: str) -> Iterator[Path]:
    """Write each one, whole, and give its path; a folder of answers that is a link is not followed.

    Raises:
        UnknownCodeError: no such campaign, or it expects nobody.
    """
    expected = referential.table("campaign_organisations").select("campaign_code", "organisation_code").iter_rows()
    codes = [organisation for code, organisation in expected if code == campaign]
    if campaign in referential.codes("campaigns") and not codes:
        raise UnknownCodeError(f"La campagne « {campaign} » n'attend aucun établissement (campaign_organisations.csv).")
    aside = set(archive.quarantined_numbers(home))
    name = f"classeur-{campaign}.xlsx"
    for code in sorted(codes) or [""]:
        rows = prefilled_rows(home.lake, referential, code, campaign, aside)
        (home.receipts / code).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch, folder_below(home.receipts, code) as folder:
            content = write_grid_workbook(Path(scratch) / name, referential, rows).read_bytes()
            write_whole_in(folder, name, content, mode=0o640)
        yield home.receipts / code / name
