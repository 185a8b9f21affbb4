"""A program that reads a drawing of somebody else's: what it is, whether it is safe, how it looks.

    python -I service/drawing_reader KIND DRAWING PREVIEW [FONT ...]

Prints one JSON object: `pages`, `width_mm` and `height_mm` (null where the file does not say), or `refused` with a
code of service.messages. Writes the first page to PREVIEW as PNG, its longer side PREVIEW_PX.

In a process of its own: a file made to hang or to fill the memory ends this process and nothing else. Time, memory
and what it writes are bounded. Python runs the folder, so that nothing of the service is imported and it starts
quickly; `formats` is found in it by that name, and imports what it has of its own relatively.
"""
