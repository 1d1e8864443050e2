"""The home of an installation: where everything lies, its settings, and how a file is written so that it lasts.

Belongs here: the layout of a home, its configuration, names of handles, durable writing, the lock of the one writer.
Does not: what the files hold (``archive``, ``lake``). Imports no other room.
"""
