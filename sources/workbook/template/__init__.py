"""Our own workbook: its layout, the template written from it, its explanations and examples."""
