"""The training town: an invented Scottish town, drawn as OpenStreetMap data."""
