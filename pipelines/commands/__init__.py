"""The command line's parts: a module a subject, each registered by ``pipelines.cli``.

Belongs here: arguments, French help, sentences. Does not: any work.
"""
