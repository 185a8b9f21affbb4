"""Records of the catalog in PostgreSQL: the tables, and one file of queries per noun.

The only place in the catalog that knows SQLAlchemy. Every function takes the session first and never commits:
the caller decides what belongs together. `find_x` may return None, `get_x` raises NotFound.
"""
