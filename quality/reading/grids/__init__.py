"""Grids: sheets of assessments in which the questions stand down and the assessments across."""
