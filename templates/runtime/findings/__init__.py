"""What check, explain, resolve and schema find out about configs, before anything is printed.

Imports text, model, config and plan, never tensors: commands don't need torch.
"""
