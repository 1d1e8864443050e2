"""The referential: every code, label and attribution of the domain, as CSV files, and what reads them.

Belongs here: the shipped rows (``<table>.csv``), the description of the tables (``schema``) and their strict loader
(``loader``). Does not: rules on what establishments send (``quality``), nor numbers computed from them (SQL).
"""
