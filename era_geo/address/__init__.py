"""Text to a Site: parse, search, choose. The opt-in network geocoder."""
