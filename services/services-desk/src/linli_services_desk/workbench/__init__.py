"""The clerk's day and the resident's desk summary: reads across the nouns."""
