"""The command `comptoir`."""

from comptoir.cli.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
