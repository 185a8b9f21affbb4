"""Designs as rows of a spreadsheet, there and back. Pure: what a file is made of is the service's to read.

columns.py    which columns there are, and whether a file's are the right ones
cells.py      what one cell may hold: texts, numbers, lists
row_cells.py  a row while it is read
rows.py       a row's cells over what a design says already -> what it says then, or what is wrong, by column
showing.py    the way back: a design as cells
plan.py       what importing a row would do
"""
