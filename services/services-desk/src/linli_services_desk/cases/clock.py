"""When a case is due, and what colour its clock shows.

The day of acceptance does not count. While the applicant or a special procedure holds the case the clock stands still: every
working day of a pause moves the due day on by one.
"""
