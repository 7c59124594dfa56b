"""The arithmetic of losses that are computed: distances between tensors, waveforms, spectrograms.

Imports text and torch.
"""
