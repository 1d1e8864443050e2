"""The files of the pages: read whole, put in one shape, checked against what the warehouse publishes.

Belongs here: what can be said of the files without a server. Does not: sending them (``publishing``), how files are
written short (``written``).
"""
