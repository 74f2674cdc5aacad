"""``python -m hotelpay``: the command line."""

from hotelpay.cli import main

if __name__ == "__main__":
    main()
