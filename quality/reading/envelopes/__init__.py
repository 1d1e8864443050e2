"""Who sends each row where a file has no « Établissement » sheet: text tables and exports of forms."""
