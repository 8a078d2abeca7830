"""The supervision committee's work: inquiries with findings and rectification, its meetings, and the five things it has to have."""
