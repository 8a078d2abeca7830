"""What people are told: in the app, and by short message to the applicant."""
