"""Who somebody is and what they may do: roles, passwords, a provider's sign-in and groups, sessions.

Belongs here: accounts, from the login to the end of a session. Does not: what data an account may ask (``statements``).
"""
