"""From receptions to the lake: each is judged, laid down and answered; or one file, where it stands.

Belongs here: the order of the steps. Does not: the steps (``reading``, ``verdicts``, ``answers``).
"""
