"""`python -m tocsin`: the command line where its script is not on the path."""

from tocsin.cli import main

main(prog_name="tocsin")
