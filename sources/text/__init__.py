"""Characters and text files, whatever they hold."""
