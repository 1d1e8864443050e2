"""The rows of a sheet: those that are answers, and what is said of those that are none."""
