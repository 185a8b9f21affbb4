"""Changes of the tables, one numbered file each; run by `python -m service migrate`."""
