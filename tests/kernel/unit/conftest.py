"""Settings of the property tests: no time limit per example, the machine may be busy."""

from hypothesis import settings

settings.register_profile("kernel", deadline=None, max_examples=80)
settings.load_profile("kernel")
