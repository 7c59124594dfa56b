"""What changes for users from one IR to another, and what was released.

Imports `compile` and what that imports.
"""
