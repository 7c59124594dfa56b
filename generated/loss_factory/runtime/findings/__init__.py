# Generated from templates/runtime/findings/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""What check, explain, resolve and schema find out about configs, before anything is printed.

Imports text, model, config and plan, never tensors: commands don't need torch.
"""
