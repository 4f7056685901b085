"""The ways in: `serve` runs the simulated API in this process, `SimulatorThread` in a thread of a test."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import date
from types import TracebackType
from typing import Self, TypeVar

import uvicorn

from terminal_app.simulator.application import build_application
from terminal_app.simulator.connection import CuttableProtocol
from terminal_app.simulator.control import received
from terminal_app.simulator.faults import Faults, FaultValue
from terminal_app.simulator.people_records import FIXED_PEOPLE
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.state import State

Result = TypeVar("Result")

_HOST = "127.0.0.1"
_START_LIMIT_SECONDS = 30.0
_STOP_LIMIT_SECONDS = 30.0


def serve(
    port: int = 0,
    people: int = FIXED_PEOPLE,
    *,
    settings: Settings | None = None,
    faults: Mapping[str, object] | None = None,
    rules: Sequence[Mapping[str, object]] = (),
    on_started: Callable[[int], None] | None = None,
) -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT, then returns. Prints nothing.

    Args:
        port: Where; 0 = any free port.
        people: How many there are in all; at least the six fixed ones.
        settings: Names, credentials and sizes of the tenant.
        faults: Switches that are on from the start.
        rules: Fault rules that are in force from the start.
        on_started: Called once with the port, when the first request can come.

    Raises:
        OSError: The port cannot be had.
        FaultError: A rule is none, or a switch does not exist or cannot have this value.
    """
    state = State(people, settings or Settings())
    state.change_faults(faults or {})
    for rule in rules:
        state.rules.add(rule)
    with _listening_socket(port) as listener:
        server = _Server(state, lambda: on_started(_port(listener)) if on_started else None)
        server.run(sockets=[listener])


class SimulatorThread:
    """A real server on a loopback port, in a thread: `with SimulatorThread(people=10) as simulator: ...`.

    The records, tokens and switches outlive `stop`, so `stop` and `start` (same port) are an outage during which
    connections are refused. Leaving the `with` raises what went wrong inside the simulator itself, if anything did.
    """

    def __init__(
        self,
        people: int = FIXED_PEOPLE,
        *,
        settings: Settings | None = None,
        port: int = 0,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.state = State(people, settings or Settings(), today)
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.state.crashes and error is None:
            raise self.state.crashes[0]

    @property
    def port(self) -> int:
        """The port, once started."""
        return self._port

    @property
    def url(self) -> str:
        """Scheme, host and port, for the authentication host and the API alike."""
        return f"http://{_HOST}:{self._port}"

    def start(self) -> None:
        """Starts to listen; returns when the first request can come."""
        if self._thread is not None:
            raise RuntimeError("the simulator runs already")
        started: Future[None] = Future()
        listener = _listening_socket(self._port)
        self._port = _port(listener)
        server = _Server(self.state, lambda: started.set_result(None))

        def run() -> None:
            with listener:
                try:
                    server.run(sockets=[listener])
                except BaseException as error:
                    if started.done():
                        raise
                    started.set_exception(error)

        self._server = server
        self._thread = threading.Thread(target=run, name="simulator", daemon=True)
        self._thread.start()
        started.result(_START_LIMIT_SECONDS)

    def stop(self) -> None:
        """Cuts every connection and stops to listen; what was to be stored late is lost. Does nothing twice."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_STOP_LIMIT_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError("the simulator does not stop")
        self._server = self._thread = None

    def received(self) -> list[dict[str, object]]:
        """Every stored clocking as it was sent, in the order of arrival (as `GET /_control/clockings`)."""
        return self._in_loop(lambda: [received(self.state, record) for record in self.state.clockings])

    def set_faults(self, **changes: FaultValue) -> Faults:
        """Sets switches by their names in `Faults` and returns all in force; `FaultError` when one does not fit."""
        return self._in_loop(lambda: self.state.change_faults(changes))

    def clear_faults(self) -> None:
        """Puts every switch to rest and ends every rule."""
        self._in_loop(self.state.clear_faults)

    def add_rule(self, **values: FaultValue) -> int:
        """Puts a rule in force (its fields are those of `Rule`) and returns its number; `FaultError` if it is none."""
        return self._in_loop(lambda: self.state.rules.add(values).id)

    def forward(self, seconds: float) -> None:
        """Puts the simulator's clock forward."""
        self._in_loop(lambda: self.state.clock.forward(seconds))

    def put(self, collection: str, key: int, record: dict[str, object] | None) -> None:
        """Adds, replaces or (None) removes a record of a collection, as `PUT /_control/records/...` does."""
        self._in_loop(lambda: self.state.put_record(collection, key, record))

    def reset(self) -> None:
        """Forgets all clockings and counts; people, tokens and switches stay."""
        self._in_loop(self.state.reset)

    def _in_loop(self, action: Callable[[], Result]) -> Result:
        """Runs a function where all changes of the state happen."""
        loop = self._server.loop if self._server is not None else None
        if loop is None:
            return action()
        result: Future[Result] = Future()

        def run() -> None:
            try:
                result.set_result(action())
            except Exception as error:  # noqa: BLE001 - raised in the caller's thread
                result.set_exception(error)

        loop.call_soon_threadsafe(run)
        return result.result(_STOP_LIMIT_SECONDS)


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it listens and returns after a signal instead of dying of it."""

    def __init__(self, state: State, on_started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                build_application(state),
                loop="asyncio",
                http=CuttableProtocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,  # the gate gives the simulator's clock
                timeout_keep_alive=60,
                timeout_graceful_shutdown=1,
            )
        )
        self._state = state
        self._on_started = on_started
        self.loop: asyncio.AbstractEventLoop | None = None
        self._listening: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen, then says so."""
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self._state.refuse_connections = self.refuse_connections
        self._on_started()

    def refuse_connections(self, seconds: float) -> None:
        """Cuts every connection and closes the port; opens it again after so many seconds."""
        ports = [_port(listener) for server in self.servers for listener in server.sockets]
        for server in self.servers:
            server.close()
        self.servers.clear()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        for port in ports:
            asyncio.get_running_loop().call_later(seconds, self._start_to_listen, port)

    def _start_to_listen(self, port: int) -> None:
        async def listen() -> None:
            loop = asyncio.get_running_loop()
            self.servers.append(await loop.create_server(self._protocol, sock=_listening_socket(port)))

        if not self.should_exit:
            self._listening = asyncio.get_running_loop().create_task(listen())

    def _protocol(self) -> CuttableProtocol:
        return CuttableProtocol(self.config, self.server_state, self.lifespan.state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes SIGINT and SIGTERM as a wish to stop, in the main thread only."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listening_socket(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it every answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
