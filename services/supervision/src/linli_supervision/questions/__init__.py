"""Questions and objections about what was published, answered in the open and by a clock; appeals go up to the township."""
