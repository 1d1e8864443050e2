"""What a sheet says: whose it is, which rows are answers, which column is which, what each text means.

Belongs here: from a workbook's cells to typed rows, and what is told of what is not read. Does not: whether they are
right (``checks``).
"""
