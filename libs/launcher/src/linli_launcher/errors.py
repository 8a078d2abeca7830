"""What an operator can act on."""


class LauncherFailure(RuntimeError):
    """Shown as one message on the terminal, without a stack."""
