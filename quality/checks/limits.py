"""The scales beyond which a figure is looked at again, each with its reason.

Belongs here: numbers that the rules compare with. Does not: the thresholds of the scores, which are rows of the
referential.
"""

from __future__ import annotations

MINUTES_IN_A_DAY = 24 * 60
"""Nobody saves more in a day: beyond, the figure is a total over people or over a month."""

MINUTES_OF_A_WORKDAY = 8 * 60
"""Beyond a whole working day for one person, the figure most likely adds up several people (the slides' own slip:
30 minutes for 50 people are 25 hours a day, not 750)."""

HOURS_ROUNDING = 1
"""Hours a day. A total of hours that differs less from minutes × people / 60 was only rounded."""

MOST_PEOPLE = 50_000
"""More than the staff of the largest hospital group of the region (about 24,000), twice over."""

HIGHEST_AMOUNT = 50_000_000
"""Euros. More than any hospital's yearly budget for software; most likely cents, or an amount typed twice."""

LOWEST_AMOUNT = 100
"""Euros, for an amount that is not zero. Below, it was most likely written in thousands or in millions of euros."""

ANSWERS_TO_COMPARE = 10
"""An assessor who gives the same level to fewer questions than this may well mean it."""
