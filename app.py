"""The app's entry: its pages (`era_geo/ui/pages.py`), and nothing more. `era-geo app` serves it."""

from era_geo.ui import frame

# A process that a page starts imports this file again under another name: it is to work, not to draw the page.
if __name__ == "__main__":
    frame.run()
