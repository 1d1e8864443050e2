"""What is made from a published release: report, exports, dictionary, lineage, analyses, decisions, dashboards.

Belongs here: computing and writing them. Does not: building the warehouse (``warehouse``), when they run
(``orchestration``).
"""
