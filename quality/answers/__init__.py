"""What each sender is told: the facts, the page, the JSON, the annotated workbook, and the list of what was sent.

Belongs here: writing answers. Does not: judging (``verdicts``), when (``batch``).
"""
