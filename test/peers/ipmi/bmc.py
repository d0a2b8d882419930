"""A BMC on pyghmi (Debian python3-pyghmi): lanplus, cipher suite 3, all five bytes of the boot flags, which a boot uses up unless they say that they stay.

Its first line of standard input is a JSON object: port, username, password, guid and fru (hexadecimal), chassis (a port that takes the lines of chassis.ts),
and how it deviates: forgets (boot flags are accepted and not kept), lacks (parameters of the boot options that it does not know)."""

import json
import socket
import sys
import uuid

from pyghmi.ipmi.bmc import Bmc

NOTHING = bytes(5)
BOOT_FLAGS = 5
PERSISTENT = 0x40
NOT_IN_THIS_STATE = 0xD5
INVALID_FIELD = 0xCC
UNKNOWN_PARAMETER = 0x80


class Machine(Bmc):
    def __init__(self, told):
        super().__init__({told["username"]: told["password"]}, port=told["port"], bmcuuid=uuid.UUID(told["guid"]), address="127.0.0.1")
        self.chassis = told["chassis"]
        self.fru = bytes.fromhex(told["fru"])
        self.forgets = told.get("forgets", False)
        self.lacks = told.get("lacks", [])
        self.flags = NOTHING

    def line(self, text):
        with socket.create_connection(("127.0.0.1", self.chassis)) as wire:
            wire.sendall(f"{text}\n".encode())
            said = wire.makefile().readline().strip()
        if not said.startswith("ok"):
            raise RuntimeError(f"{text}: {said}")
        return said[3:]

    def get_power_state(self):
        return "on" if self.line("get power") == "1" else "off"

    def power_on(self):
        if self.get_power_state() == "off":
            self.line("set power 1")
            self.boots()

    def power_off(self):
        self.line("set power 0")

    def power_shutdown(self):
        self.line("set shutdown 1")

    def power_cycle(self):
        if self.get_power_state() == "off":
            return NOT_IN_THIS_STATE
        self.line("set power 0")
        self.power_on()
        return 0

    def boots(self):
        self.line(f"set booted {self.flags.hex()}")
        if not self.flags[0] & PERSISTENT:
            self.flags = NOTHING

    def set_system_boot_options(self, request, session):
        parameter = request["data"][0] & 0x7F
        if parameter in self.lacks:
            return session.send_ipmi_response(code=UNKNOWN_PARAMETER)
        if parameter == BOOT_FLAGS and not self.forgets:
            self.flags = bytes(request["data"][1:6])
        return session.send_ipmi_response()

    def get_system_boot_options(self, request, session):
        if request["data"][0] & 0x7F != BOOT_FLAGS:
            return session.send_ipmi_response(code=UNKNOWN_PARAMETER)
        return session.send_ipmi_response(data=[1, BOOT_FLAGS, *self.flags])

    def handle_raw_request(self, request, session):
        asked = (request["netfn"], request["command"])
        if asked == (0x06, 0x37):
            return session.send_ipmi_response(data=list(self.uuid.bytes))
        if asked == (0x0A, 0x10):
            size = len(self.fru)
            return session.send_ipmi_response(data=[size & 0xFF, size >> 8, 0])
        if asked == (0x0A, 0x11):
            _, low, high, count = request["data"][:4]
            piece = self.fru[low | high << 8 :][:count]
            return session.send_ipmi_response(data=[len(piece), *piece])
        return super().handle_raw_request(request, session)


Machine(json.loads(sys.stdin.readline())).listen()
