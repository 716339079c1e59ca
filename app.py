"""The app's entry: its pages (`era_geo/ui/pages.py`), and nothing more. `era-geo app` serves it."""

from era_geo.ui import frame

frame.run()
