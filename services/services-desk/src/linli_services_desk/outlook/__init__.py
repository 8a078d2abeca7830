"""What will be overdue: the leader's view of running cases by department, person and day."""
