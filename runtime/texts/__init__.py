"""Texts that people write and read: equal to the eye, equal to the machine."""
