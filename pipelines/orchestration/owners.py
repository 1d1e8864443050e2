"""Who looks after what Dagster shows. Does not belong here: who is alerted (the configuration)."""

OWNERS = ["team:donnees"]
