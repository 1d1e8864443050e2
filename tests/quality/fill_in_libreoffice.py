"""Run by the system's Python, which has UNO: fill the template in LibreOffice as a hand does, store it in each format.

    /usr/bin/python3 fill_in_libreoffice.py TEMPLATE CELLS.json FOLDER

``CELLS.json`` maps sheet → cell (``A3``) → text, typed as into the formula bar: LibreOffice makes numbers and dates of
it. Writes ``rempli.xlsx``, ``.xls``, ``.ods``, and one CSV for each sheet that was filled.
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
CSV_FILTER, CSV_OPTIONS = "Text - txt - csv (StarCalc)", "59,34,76,1,,0,false,true,false,false,false"


def main(template, cells, folder):
    profile, pipe = f"{folder}/profile", f"pipe{time.time_ns()}"
    office = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
         f"--accept=pipe,name={pipe};urp;"]
    )  # fmt: skip
    try:
        desktop = connected(pipe)
        document = desktop.loadComponentFromURL(f"file://{template}", "_blank", 0, (said("Hidden", True),))
        filled = json.loads(Path(cells).read_text())
        for sheet, texts in filled.items():
            for cell, text in texts.items():
                document.Sheets.getByName(sheet).getCellRangeByName(cell).FormulaLocal = text
        for suffix, name in FILTERS.items():
            document.storeToURL(f"file://{folder}/rempli.{suffix}", (said("FilterName", name),))
        names = document.Sheets.ElementNames
        for sheet in filled:
            options = f"{CSV_OPTIONS},{names.index(sheet) + 1}"
            document.storeToURL(
                f"file://{folder}/feuilles.csv", (said("FilterName", CSV_FILTER), said("FilterOptions", options))
            )
        document.close(True)
        with contextlib.suppress(Exception):  # The connection ends with the office.
            desktop.terminate()
    finally:
        try:
            office.wait(20)
        except subprocess.TimeoutExpired:
            office.kill()


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.5)
    raise SystemExit("LibreOffice ne répond pas")


def said(name, value):
    known = PropertyValue()
    known.Name, known.Value = name, value
    return known


if __name__ == "__main__":
    main(*sys.argv[1:])
