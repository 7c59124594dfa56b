"""JSON, words, streams and files, for messages of any kind; the compiler has the same modules.

Imports the standard library only.
"""
