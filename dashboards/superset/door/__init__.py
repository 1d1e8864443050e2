"""« Mes envois », where establishments try and send their files: its pages, whose door it is, asking the reader.

Belongs here: the door as people see it. Does not: reading a file (``pipelines/operations/door``, on a socket).
"""
