"""The establishments' door: what « Mes envois », the view inside Superset, asks of the pipeline.

Belongs here: a resident reader under ``up``, capped, that judges tries and answers questions about an establishment's
files over two sockets of the home. Does not: the page (``dashboards/superset``), who may ask (there too: the sockets
are for the account that runs both), judging itself (``quality``).
"""
