"""The second screen at a window: paired by a short code, it asks for a rating or a signature."""
