"""``python -m headscope`` is the program ``headscope``."""

from ._program import main

if __name__ == "__main__":
    main()
