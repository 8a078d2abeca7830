"""Windows and the queue before them."""
