"""The desk's neighbours over HTTP. A neighbour that is slow or down never stops the window."""
