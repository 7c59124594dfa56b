# Generated from templates/runtime/tensors/terms/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""The arithmetic of losses that are computed: distances between tensors, waveforms, spectrograms.

Imports text and torch.
"""
