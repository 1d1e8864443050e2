"""What comes again, each time dated: registers, inventories, organisations, figures that were frozen.

Belongs here: loading and reloading them from the archive into the lake. Does not: reading each kind (``finess``,
``inventories``, ``referential``).
"""
