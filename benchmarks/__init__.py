"""What the program does beside its peers, in one run on one machine. Absolute times drift: the ratios are the figures."""
