"""Pinyin of matter names, so that a clerk finds 高龄津贴 by `gaoling` or `gljt`."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def pinyin_of(name: str) -> tuple[str, str]:
    """Return full pinyin and initials in lower case; what is no Chinese character stays as it is."""
    # Loading the dictionary takes some 20 MB and happens only where matters are written.
    from pypinyin import Style, lazy_pinyin

    plain = "".join(name.split())
    return (
        "".join(lazy_pinyin(plain)).lower(),
        "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER)).lower(),
    )
