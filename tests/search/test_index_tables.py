"""The migrations create the tables that the search index of each database expects."""

import asyncpg
from sqlalchemy import Connection, text

from bookshop.database import open_database


async def test_sqlite_has_a_table_of_tokens_without_positions_and_one_of_filters(sqlite_url: str) -> None:
    def list_tables(db: Connection) -> list[str]:
        statement = (
            "SELECT sql FROM sqlite_master WHERE name IN ('search', 'search_filter_tokens') ORDER BY name"
        )
        return list(db.execute(text(statement)).scalars())

    database = open_database(sqlite_url)
    assert await database.read(list_tables) == [
        "CREATE VIRTUAL TABLE search USING fts5(tokens, tokenize = \"ascii tokenchars '_-'\", detail = none)",
        "CREATE TABLE search_filter_tokens (rank INTEGER PRIMARY KEY, tokens TEXT NOT NULL)",
    ]
    await database.close()


async def test_postgresql_has_a_gin_index_on_each_of_eight_partitions(postgres_url: str) -> None:
    server = await asyncpg.connect(postgres_url)
    columns = await server.fetch(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_name = 'search' ORDER BY column_name"
    )
    assert [tuple(column) for column in columns] == [
        ("filter_tokens", "text", "NO"),
        ("rank", "bigint", "NO"),
        ("tokens", "tsvector", "NO"),
    ]
    indexes = await server.fetch(
        "SELECT tablename, indexdef FROM pg_indexes WHERE tablename IN"
        " (SELECT relid::text FROM pg_partition_tree('search') WHERE isleaf) ORDER BY tablename, indexdef"
    )
    for partition in range(8):
        gin, unique = (index["indexdef"] for index in indexes if index["tablename"] == f"search_{partition}")
        assert unique.startswith("CREATE UNIQUE INDEX")
        assert unique.endswith("USING btree (rank)")
        assert gin.endswith("USING gin (tokens)")
    assert len(indexes) == 16
    await server.close()
