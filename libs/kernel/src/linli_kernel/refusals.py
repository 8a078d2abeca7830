"""What a command of the command line says when it will not do something: a sentence for the operator, never a stack."""


class CommandRefused(Exception):
    """An expected refusal; the message is all that the operator is shown."""
