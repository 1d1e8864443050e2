"""The archive: every file that was dropped, as it came, and what was recorded of it since.

Belongs here: taking drops, bytes, records, events. Does not: what a file says (``workbook``, ``quality``).
"""
