"""National codes: identity numbers, organisation codes, divisions and code tables.

Pure: nothing here reads a database, a clock or a setting.
"""
