"""Make the training town again: `python data/make_training_town.py`. The files it writes are the same bytes each time."""

from pathlib import Path

from era_geo.town import ORIGIN, ListWriter, awkward_table, draw_town, write_pbf

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Write the town, its official lists and the table of its awkward cases beside this file."""
    town = draw_town()
    write_pbf(town, HERE / "training-town.osm.pbf")
    ListWriter(town, ORIGIN).write(HERE / "training-lists")
    (HERE / "AWKWARD-CASES.md").write_text(
        "# The training town's awkward cases\n\n"
        "Drawn on purpose. Made by `data/make_training_town.py` from `era_geo/town/plan/awkward.toml`.\n\n"
        + awkward_table(town.cases),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
