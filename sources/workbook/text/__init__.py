"""Tables written as text: their encoding, their records, texts that were encoded twice."""
