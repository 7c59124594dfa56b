"""Which bottleneck is trained, and with which losses and weights; without torch.

Imports text, model and config.
"""
