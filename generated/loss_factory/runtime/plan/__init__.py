# Generated from templates/runtime/plan/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""Which bottleneck is trained, and with which losses and weights; without torch.

Imports text, model and config.
"""
