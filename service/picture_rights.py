"""Whose a picture is and where its licence stands, inside the file itself: XMP in the widest copies, which people save.

Copies are kept by what they show, whoever shows it: an image may be in several designs, and its licence be another
tomorrow. So a copy is kept with a packet that says nothing, and each answer writes over it in place, as long as it
was. The packet names the page on which the licence of today stands, never the licence.

Source: XMP specification part 3 (packets that are padded to be overwritten); IPTC Photo Metadata Standard 2023.1.
"""

from __future__ import annotations

import html
from collections.abc import Collection

from catalog.store.pictures import Holder
from service.addresses import address

ROOM_BYTES = 1400
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
_END = "</x:xmpmeta>"
_PACKET_END = '<?xpacket end="w"?>'
_SAID = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
    ' photoshop:Credit="{credit}" xmpRights:Marked="True" xmpRights:WebStatement="{page}">'
    "<dc:creator><rdf:Seq><rdf:li>{studio}</rdf:li></rdf:Seq></dc:creator>"
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© {studio}</rdf:li></rdf:Alt></dc:rights>'
    '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>{page}</plus:LicensorURL>'
    "</rdf:li></rdf:Seq></plus:Licensor></rdf:Description></rdf:RDF>"
)


def _packet(said: str) -> bytes:
    begin, end = f"{_BEGIN}{said}{_END}".encode(), _PACKET_END.encode()
    return begin.ljust(ROOM_BYTES - len(end)) + end


NOTHING_SAID = _packet("")


def rights_packet(holders: Collection[Holder]) -> bytes:
    """What a copy says by those published versions that show it; nothing where they are of several designs."""
    if len({holder.slug for holder in holders}) != 1:
        return NOTHING_SAID
    newest = max(holders, key=lambda holder: holder.number)
    said = _SAID.format(
        credit=html.escape(newest.credit or newest.studio),
        studio=html.escape(newest.studio),
        page=html.escape(address("catalog.design", slug=newest.slug, _anchor="licence")),
    )
    packet = _packet(said)
    return packet if len(packet) == ROOM_BYTES else NOTHING_SAID


def with_rights(copy: bytes, packet: bytes) -> bytes:
    """A copy that says this; one that was made without room for it stays as it is."""
    return copy.replace(NOTHING_SAID, packet, 1)
