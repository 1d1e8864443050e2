"""The parts of an xlsx file: its sheets' XML, the errors of cells, looks, percentages."""
