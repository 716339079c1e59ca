"""`python -m era_geo` is `era-geo`."""

if __name__ == "__main__":  # worker processes import this module under another name, and need no command line
    from era_geo.cli import main

    main()
