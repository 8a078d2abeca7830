"""What follows a bad rating: call back, put right, or appeal, against a clock."""
