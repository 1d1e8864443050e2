"""What comes in: the referential, the readers, the template, the archive, the lake."""

import os

# A batch is many small tables: on those, Polars' threads cost more processor time than they save, and other processes
# share the machine. It must be said before Polars is imported; a site may say otherwise in its environment.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
