"""What is asked of the warehouse: which questions and statements, on which release, how long, and what is kept of it.

Belongs here: everything between a question and its rows, the logs included. Does not: how rows look (``pages``).
"""
