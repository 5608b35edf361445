"""python -m bookshop"""

from bookshop.cli import main

main()
