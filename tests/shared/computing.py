"""A process that has another one compute, and is killed meanwhile."""

import asyncio

from shared.processes import running


async def main() -> None:
    async with running("tests.shared.endless"):
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main())
