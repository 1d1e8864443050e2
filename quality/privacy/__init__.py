"""Personal data in what establishments send: found right after reading, masked before anything else sees the text."""
