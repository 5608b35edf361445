"""What books are found by, and the order in which they are"""

from alembic import op

from bookshop.search.index import create_search

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_search(op.get_bind())
    op.execute("INSERT INTO counters (name, value) VALUES ('shelves-followed', 0)")
    with op.batch_alter_table("books", recreate="never") as books:
        books.drop_index(books.f("ix_books_shelf_title"))
        books.drop_index(books.f("ix_books_listed"))
        books.create_index(books.f("ix_books_shelf_place"), ["shelf", "place"], unique=False)
        books.create_index(books.f("ix_books_listed_isbn"), ["listed", "isbn"], unique=False)
    op.execute("ALTER TABLE books DROP COLUMN search")
