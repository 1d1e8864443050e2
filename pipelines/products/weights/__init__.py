"""Weights that a committee can own: what each member answers, pair by pair, made into a weight profile.

Belongs here: the questions, reading the answers, the method (AHP: Saaty 1980), entering the profile as an archived act.
Does not: what a profile does to scores (the models), simulating other weights (``pipelines.products.decision``).
"""
