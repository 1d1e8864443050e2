"""Use cases that establishments may have named twice: pairs proposed, decisions taken by coordinators.

Belongs here: what is known of use cases (``known``), comparing them (``wording``, ``comparison``, ``proposals``), the
coordinators' workbook (``workbook``, ``applying``) and the decisions as data (``decisions``). Does not: merging, which
the models of the warehouse do, and only upon a decision.
"""
