"""How a run is run: in this process or in a warm one, tried again, explained where it failed, giving way to others."""
