"""How the command line speaks: options that commands share, messages in French, the versions of Python."""
