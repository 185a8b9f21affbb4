"""The changes themselves, in the order of their numbers; one that has been released is never edited."""
