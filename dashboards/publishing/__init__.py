"""The pages on a server: sent, compared with what stands there, proven chart by chart, brought back.

Belongs here: what speaks to Superset's interface. Does not: the files (``files``), the server itself (``serving``).
"""
