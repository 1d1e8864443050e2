"""The analyses that follow a publication: robustness, agreement, portfolios.

Belongs here: what they are computed from (``inputs``, ``scenarios``), the rows that they give (``simulations``,
``portfolios``), what is computed again and what is kept (``parts``), and the sequence (``after_publication``). Does
not: the methods (``pipelines.products.decision``), the marts (``dbt_project/models/marts/analysis``).
"""
