"""What a text of a column means: a number, a day, a code, or none of them."""
