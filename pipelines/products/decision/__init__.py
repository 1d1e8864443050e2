"""What decides beside the scores: robustness to weights, agreement of assessors, selection of a portfolio.

Belongs here: arithmetic on plain arrays and dataclasses, nothing read, nothing written, no clock. Does not: where the
numbers come from and go to (``pipelines.products.analysis``), the scores themselves (``dbt_project``).
"""
