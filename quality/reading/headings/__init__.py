"""The headings of a sheet: found by code, label, former name or small misspelling, and refused where they mislead."""
