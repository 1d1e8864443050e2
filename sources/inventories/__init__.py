"""Foreign inventories of AI use cases, taken in through a mapping.

Belongs here: the generic loader, what a mapping is, the extract that is shipped. Does not: anything about one country
(that is a file of ``sources/mappings``, or of a home), nor what is made of the rows (SQL).
"""
