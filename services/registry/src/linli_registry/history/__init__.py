"""What records were on a past day, and who confirmed what."""
