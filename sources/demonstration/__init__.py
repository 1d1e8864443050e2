"""The demonstration: invented submissions of real organisations, marked as such by their campaigns.

Belongs here: the seeded generator and its use cases. The workbooks go through the intake like any others; nothing
downstream knows this package. Every number is invented; none says anything of the organisations named.
"""

from sources.demonstration.drop import drop_demonstration

__all__ = ["drop_demonstration"]
