"""Many addresses: read, run, resume, write."""
