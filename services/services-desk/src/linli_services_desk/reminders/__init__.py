"""Reminders before a deadline and escalation after it, each once."""
