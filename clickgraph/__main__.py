"""``python -m clickgraph``: the command line."""

from clickgraph.cli import main

if __name__ == "__main__":
    main(prog_name="clickgraph")
