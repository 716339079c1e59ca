"""era-geo: facts about the immediate vicinity of a proposed address, for Environmental Risk Assessments."""

__version__ = "0.1.0"
