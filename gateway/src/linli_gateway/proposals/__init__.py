"""What two administrators do together: nobody makes, or gets hold of, an administrator alone."""
