"""What went wrong, in the words of the person who must act: causes by code, and the runs and starts that failed."""
