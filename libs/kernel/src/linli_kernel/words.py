"""Words that somebody has to write: a reason, a subject, a finding. Two letters or figures at least, whatever else stands there."""

LEAST = 2
_NOTHING_SAID = "请写出内容，不能只有空白或符号|Write words; spaces and signs alone say nothing"


def says_something(value: str) -> bool:
    """Whether there is anything to read: invisible signs and punctuation are nothing."""
    return sum(character.isalnum() for character in value) >= LEAST


def readable(value: str) -> str:
    """For `AfterValidator`: the value, or ValueError in both languages."""
    if not says_something(value):
        raise ValueError(_NOTHING_SAID)
    return value
