"""One database connection for the stream's few questions; opened when needed, reopened when lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, Error


class Reader:
    """Asks one question at a time."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()

    async def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one query; a connection that was lost is opened again once."""
        async with self._lock:
            try:
                return await self._ask(sql, values)
            except Error:
                await self._forget()
                return await self._ask(sql, values)

    async def close(self) -> None:
        """Let the connection go while nobody listens."""
        async with self._lock:
            await self._forget()

    async def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = await AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=5
            )
        cursor = await self._connection.execute(sql.encode(), values)
        return await cursor.fetchall()

    async def _forget(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
