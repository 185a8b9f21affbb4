"""Documents to hand over: one voice of type and colour for every PDF that the service makes.

`document` is the paper: fonts, headings that are bookmarks, facts, tables, pictures with their words, QR codes.
The other modules lay out one kind of document each, from plain words and JPEG bytes: no records, no requests.
The same content and the same day make the same bytes.
"""
