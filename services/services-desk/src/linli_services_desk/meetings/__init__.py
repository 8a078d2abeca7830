"""Those who are called to a meeting of their village hear of it: in the app and on the phone, each once."""
