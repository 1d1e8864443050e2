"""What leaves the system: the open-data package, the committee's workbook, the data dictionary.

``open_data`` and ``committee`` each write one of them from a published release, ``folder`` all of them into
``<home>/exports``. No number is computed here, and what may be open is said in SQL (``marts/open_data``).
"""
