"""The warehouse moved to the other target: built there, compared, and only then switched to.

Belongs here: the move and the one setting that it changes. Does not: how each target is built (``warehouse``).
"""
