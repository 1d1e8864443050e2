"""Rules and answers: what is judged, and what each sender is told."""

import sources  # noqa: F401  its settings come before Polars is imported
