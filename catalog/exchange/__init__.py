"""Designs as rows of a spreadsheet, there and back. Pure: what a file is made of is the service's to read.

columns.py  which columns there are, and whether a file's are the right ones
cells.py    what one cell may hold: texts, numbers, lists
rows.py     a row's cells over what a design says already -> what it says then, or what is wrong, by column
plan.py     what importing a row would do
"""
