"""The other formats of spreadsheets, and the marks that all of them bear: struck out, percentages, dates."""
