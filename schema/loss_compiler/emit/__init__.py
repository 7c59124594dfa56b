"""From the IR to the text of each output file.

Imports `shared`, `source`, `check`, `meaning` and `target`.
"""
