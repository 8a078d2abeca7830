"""Made cases and whistles in any number, to see how the desk does when it is full."""
