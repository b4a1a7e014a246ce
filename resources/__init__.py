"""The resources of the API as clients get them: one shape each, whichever side answers.

A booking looks the same whether the command side has just made it or the query side has read it from a table. Both
sides render from what they have; the models here document the result, and a test holds both renderings against them.
"""
