"""The arithmetic of the losses that compare signals: tensors in, a value without dimensions out.

Each is what a trainer trains with, bit for bit, values and gradients. Needs torch and nothing
else. Imports text, and `spectra` below it.
"""
