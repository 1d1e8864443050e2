"""What readers and open data may see of a campaign, decided once by an act and never moving between acts.

``state`` reads what coordinators see now, ``figures`` rounds it, ``statements`` says what a published figure tells
of each establishment, ``guard`` how much of each score stays unknown, ``knowledge`` remembers what was published,
``deciding`` says which figures an act changes, ``rows`` lays them out, ``taking`` archives them. The proof is an
attacker of its own in the tests.
"""
