"""`python -m linli_launcher` is the command `linli`."""

from linli_launcher.cli import main

main()
