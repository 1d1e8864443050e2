"""The parts of an xlsx package as they are changed in place: markup, styles, comments, marks, what must not be lost."""
