"""What is about a person is written encrypted, under a key of their own: destroying the key erases the person.

`person_key` makes and opens the encrypted text, `keyring` has the keys that are there, `people` makes and destroys
them, `erasures` tells the other processes which were destroyed.
"""
