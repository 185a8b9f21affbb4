"""The catalog: designs, reference standards, batches, inspections and the people who make them.

Owns the rules of the domain, as pure functions over frozen dataclasses, and `store`, the only place that
knows SQLAlchemy. May import neither `models` (a measurement arrives here as plain numbers, so the
rules hold for any engine) nor `service` (the same rules serve pages, API, command line and workers).
"""
