"""python -m tests.notices.chaos.sink PORT FILE SECONDS — an SMTP server in a process.

It writes down each mail before it says yes, and takes so many seconds for each answer, as a real server does.
"""

import asyncio
import json
import re
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

ABOUT = re.compile(r"It is \((\S+)\)")


class Writer:
    def __init__(self, path: Path, seconds: float) -> None:
        self.out, self.seconds = path.open("a"), seconds

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.seconds)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.seconds)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text = mail.get_body(("plain",)).get_content()
        seen = {"id": mail["Message-ID"], "to": envelope.rcpt_tos[0], "about": ABOUT.findall(text)}
        await asyncio.sleep(self.seconds)
        seen["at"] = time.time()
        self.out.write(json.dumps(seen) + "\n")
        self.out.flush()
        return "250 OK"


async def main(port: int, path: Path, seconds: float) -> None:
    writer = Writer(path, seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(writer, hostname="sink", loop=loop), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
