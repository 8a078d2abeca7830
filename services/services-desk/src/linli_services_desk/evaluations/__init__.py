"""The resident's follow-up by receipt token: state of the case and one rating."""
