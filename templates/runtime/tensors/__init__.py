"""What the modules that weigh and sum losses have in common; needs torch.

Imports text, model, config and plan.
"""
