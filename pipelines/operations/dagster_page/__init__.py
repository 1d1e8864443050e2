"""Dagster's page as we serve it: the stock page behind a guard, since Dagster has no accounts of its own.

Belongs here: proof of where a request comes from (``origin``), who may (``sign_in``, ``tickets``), the guard that asks
both (``guard``), how long a connection may be silent (``connections``) or outlive its session (``standing``), and the
server (``serve``). Does not: anything of Dagster's page itself.
"""
