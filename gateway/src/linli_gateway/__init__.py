"""One entry: accounts, sign-in, tokens, limits and the way through to the services."""
