"""What stands before Superset: connections, who gets a thread, the limits of a process, what is refused at the door.

Belongs here: a request before Superset sees it, an answer after. Does not: what data may be asked (``statements``), who
somebody is (``accounts``).
"""
