"""The submission workbook: its layout, the template written from it, and the reading of what comes back."""
