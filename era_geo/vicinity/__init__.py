"""A Site and a region to an Assessment: what is near, how far, on which evidence. No network, no clock."""
