"""The kinds of drawings that are read, a module each.

Each has `read(data, fonts)`, which gives ({"pages", "width_mm", "height_mm"}, the first page as PNG), or raises
Refused. `fonts`: paths of the fonts that words without one of their own are drawn with.
"""

PREVIEW_PX = 2400  # the longer side
POINT_MM = 25.4 / 72
# A binary DXF says so; a text one begins with its first section, after comments.
BINARY_DXF = b"AutoCAD Binary DXF\r\n"


class Refused(Exception):
    """A drawing that is not taken; the code says why."""
