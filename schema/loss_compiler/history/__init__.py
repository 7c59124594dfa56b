"""What changes for users from one IR to another, and what was released.

Imports `overlay` and what that imports.
"""
