"""Back-ups: what they hold, how they are written, how one is put back."""
