"""What is generated from what is said once: one command writes it all, ``python -m pipelines.glossary``.

Belongs here: the files that a tool needs and nobody writes by hand, each made from its source. Does not: the glossary
of columns itself (``sources/glossary``), nor what the running system makes of it (``pipelines.products.dictionary``).
"""
