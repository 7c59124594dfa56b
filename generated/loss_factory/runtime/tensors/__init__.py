# Generated from templates/runtime/tensors/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the modules that weigh and sum losses have in common; needs torch.

Imports text, model, config and plan.
"""
