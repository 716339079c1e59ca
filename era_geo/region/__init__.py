"""Open data into one region file, and the region file opened again. The only folder that reads raw downloads."""
