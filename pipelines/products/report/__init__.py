"""The committee's report: one page, in French, with vector charts, and the same as PDF.

Belongs here: reading a release, saying what it says, drawing it. Does not: computing anything that a mart holds.
"""
