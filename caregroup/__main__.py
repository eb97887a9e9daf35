"""The command, as `python -m caregroup`."""

import sys

from optimizer.cli import main

if __name__ == "__main__":
    sys.exit(main())
