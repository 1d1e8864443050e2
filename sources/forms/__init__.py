"""The same questions as a form: writing it (``xlsform``), and reading the answers that its tools export.

Belongs here: XLSForm, KoboToolbox, ODK, Microsoft Forms. Does not: what is asked
(``sources.workbook.template.layout``), nor judging answers (``quality``).
"""
