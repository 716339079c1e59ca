"""Draw the training town again: `python data/make_training_town.py`. The files it writes are the same bytes each time."""

from pathlib import Path

from era_geo.town import draw_town, write_pbf

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    write_pbf(draw_town(), HERE / "training-town.osm.pbf")
