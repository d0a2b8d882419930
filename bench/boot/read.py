"""Many readers of one image in one process: each asks for range after range over one connection, as a BMC or a virtual machine does. What comes is counted and thrown
away by the kernel, uncopied (MSG_TRUNC, tcp(7)), so that on a machine that servers and readers share it is the server that is measured.

The task comes as JSON on standard input, what was read goes as JSON to standard output."""
import json
import re
import select
import socket
import sys
import time

CHUNK = 1 << 20
HEAD = 4096
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"^HTTP/1\.1 206 .*?\r\ncontent-length: (\d+)", re.IGNORECASE | re.DOTALL)
# Nobody looks at it: bytes that are thrown away are not written anywhere.
NOWHERE = bytearray(CHUNK)


class Reader:
    def __init__(self, task, path, index):
        ranges = task["imageBytes"] // task["rangeBytes"]
        self.task, self.path = task, path
        # Each begins elsewhere.
        self.offset = index * 0x9E3779B1 % ranges * task["rangeBytes"]
        self.bytes = self.answers = self.left = 0
        self.head = b""
        self.socket = socket.create_connection(("127.0.0.1", task["port"]))
        self.socket.setblocking(False)

    def ask(self):
        end = min(self.offset + self.task["rangeBytes"], self.task["imageBytes"])
        head = f"GET {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nrange: bytes={self.offset}-{end - 1}\r\n\r\n"
        self.socket.sendall(head.encode())
        self.offset = end if end < self.task["imageBytes"] else 0

    def take(self):
        if self.left == 0:
            self.take_head()
        elif self.left > 0:
            self.count(self.socket.recv_into(NOWHERE, min(self.left, CHUNK), socket.MSG_TRUNC))
        if self.left == 0 and self.head == b"":
            self.ask()

    def count(self, body):
        if body == 0:
            raise SystemExit(f"{self.path}: closed with {self.left} bytes to come")
        self.bytes += body
        self.left -= body

    def take_head(self):
        self.head += self.socket.recv(HEAD)
        end = self.head.find(HEAD_END)
        if end < 0:
            return
        length = LENGTH.match(self.head)
        if length is None:
            raise SystemExit(f"expected 206, got {self.head[:200]!r}")
        self.left = int(length[1])
        body = len(self.head) - end - len(HEAD_END)
        self.head = b""
        self.answers += 1
        if body > 0:
            self.count(body)


def turn(readers, poll, until):
    while time.monotonic() < until:
        for fd, _ in poll.poll(0.1):
            readers[fd].take()


def main(task):
    """Reads for so many seconds, after one in which nothing is counted."""
    readers = {}
    poll = select.epoll()
    for index, path in enumerate(task["paths"]):
        reader = Reader(task, path, index)
        readers[reader.socket.fileno()] = reader
        poll.register(reader.socket, select.EPOLLIN)
        reader.ask()
    turn(readers, poll, time.monotonic() + 1)
    before = {fd: (one.bytes, one.answers) for fd, one in readers.items()}
    begun = time.monotonic()
    turn(readers, poll, begun + task["seconds"])
    seconds = time.monotonic() - begun
    each = [one.bytes - before[fd][0] for fd, one in readers.items()]
    answers = sum(one.answers - before[fd][1] for fd, one in readers.items())
    print(json.dumps({"bytes": sum(each), "seconds": seconds, "answers": answers, "least": min(each), "most": max(each)}))


main(json.load(sys.stdin))
