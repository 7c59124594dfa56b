"""From the syntax of a losses schema without problems to the IR, which all outputs are made from.

Imports `shared` and `source`.
"""
