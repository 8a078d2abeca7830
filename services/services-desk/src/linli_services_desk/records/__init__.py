"""Cases and whistles told again, for whoever counts them and was not there when they happened."""
