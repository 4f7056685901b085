"""Readers of each kind keep the contract that is shipped for those of others (drivers.testing)."""

from contextlib import AbstractContextManager

import pytest

from drivers.catalogue import create_card_reader
from drivers.osdp_twin import VirtualOsdpReader
from drivers.reader import CardReader
from drivers.rehearsal import VirtualReader
from drivers.testing import CardReaderContract, Plugged
from tests.drivers.cards import EM_A, EM_B, MIFARE_4, MIFARE_7

pytest.importorskip("osdp", reason="libosdp has no wheel for this machine: 64-bit x86 and ARM only")


class TestTalking(CardReaderContract):
    cards = (EM_A, EM_B)

    def plugged(self) -> AbstractContextManager[Plugged]:
        return VirtualReader("rdm6300")

    def reader(self, port: str) -> CardReader:
        return create_card_reader("rdm6300", name="door", port=port)


class TestAsked(CardReaderContract):
    cards = (MIFARE_4, MIFARE_7)

    def plugged(self) -> AbstractContextManager[Plugged]:
        return VirtualReader("twn4")

    def reader(self, port: str) -> CardReader:
        return create_card_reader("twn4", name="door", port=port)


class TestOsdp(CardReaderContract):
    cards = (MIFARE_4, MIFARE_7)

    def plugged(self) -> AbstractContextManager[Plugged]:
        return VirtualOsdpReader(address=3)

    def reader(self, port: str) -> CardReader:
        return create_card_reader("osdp", name="door", port=port, options="address:3")
