"""A village's disclosures as an Atom feed (RFC 4287): whoever reads it is known to nobody.

Only what stands on the public list is in it: headings, days and addresses.
"""

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from linli_kernel.clock import SHANGHAI

from linli_supervision.rows import Row

MEDIA_TYPE = "application/atom+xml"
ENTRIES = 50


def atom(village: str, address: str, entries: Sequence[tuple[Row, str]], now: datetime) -> bytes:
    """Return the feed; `address` is where people read the list, each entry comes with its own."""
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    SubElement(feed, "id").text = address
    SubElement(feed, "title").text = f"{village}公开栏"
    SubElement(feed, "link", href=address)
    newest = max((row["published_at"] for row, _ in entries), default=now)
    SubElement(feed, "updated").text = _moment(newest)
    SubElement(SubElement(feed, "author"), "name").text = village
    for row, url in entries:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = url
        SubElement(entry, "title").text = row["title"]
        SubElement(entry, "link", href=url)
        SubElement(entry, "updated").text = _moment(row["published_at"])
        SubElement(entry, "category", term=row["category"])
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
