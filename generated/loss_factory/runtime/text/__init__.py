# Generated from templates/runtime/text/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""JSON, words, streams and files, for messages of any kind; the compiler has the same modules.

Imports the standard library only.
"""
