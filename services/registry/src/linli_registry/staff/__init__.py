"""Which resident a staff account is, and how near such a person is to whom the account looks at."""
