"""Cases: one resident's application from the window to its end."""
