"""What terms look at in place of signals: filters, spectra, and distances between those.

It knows no configs: arguments are numbers here. Needs torch. Imports nothing else.
"""
