"""`python -m era_geo` is `era-geo`."""

from era_geo.cli import main

main()
