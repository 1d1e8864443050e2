"""Decisions of committees: what coordinators' workbooks of decisions say, judged like any file received.

Belongs here: recognising these workbooks, their rules, their rows in the lake. Does not: the decisions on duplicates
(``quality.duplicates``), what the models make of decisions.
"""
