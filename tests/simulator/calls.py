"""A small caller for the simulated API: it knows the token and the headers, and nothing else."""

from typing import Self, TypeAlias
from urllib.parse import quote

import httpx

BASE = "/connector/protimeapi/api/v1"
TOKEN_PATH = "/tenants/acme/connect/token"
PREFIX = "connector-protimeapi-"
SCOPES = ("people.read", "absence-definitions.read", "activity-definitions.read", "clockings.read", "clockings.write")
USER_AGENT = "ClockTerminal/1.0 (Acme Corp)"
STRUCTURE = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"

Json: TypeAlias = dict[str, object]

IN_OUT: Json = {"person": {"id": 1}, "date": "2026-01-15", "timeOfDayInMinutes": 510, "kind": "InOut"}
JANUARY = "date ge '2026-01-01' and date le '2026-01-31'"


class Caller:
    """Calls with a token that was asked for once."""

    def __init__(self, url: str, timeout: float = 10) -> None:
        self.client = httpx.Client(
            base_url=url, timeout=timeout, headers={"User-Agent": USER_AGENT}, verify=False, trust_env=False
        )
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask_token(self, **changes: str | None) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": "demo-terminal",
            "client_secret": "demo-secret",
            "scope": " ".join(PREFIX + scope for scope in SCOPES),
            **changes,
        }
        return self.client.post(TOKEN_PATH, data={name: value for name, value in form.items() if value is not None})

    def log_in(self, *scopes: str) -> None:
        answer = self.ask_token(scope=" ".join(PREFIX + scope for scope in scopes or SCOPES))
        assert answer.status_code == 200
        self.token = answer.json()["access_token"]

    def get(self, path: str, headers: dict[str, str] | None = None, /, **query: str) -> httpx.Response:
        return self.client.get(BASE + path, params=query, headers=self._headers(headers))

    def post(self, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.client.post(f"{BASE}/clockings", json=body, headers=self._headers(headers))

    def post_raw(self, content: bytes) -> httpx.Response:
        headers = self._headers({"Content-Type": "application/json"})
        return self.client.post(f"{BASE}/clockings", content=content, headers=headers)

    def follow(self, link: str) -> httpx.Response:
        return self.client.get(quote(link, safe="/?=&"), headers=self._headers())

    def all_pages(self, path: str, **query: str) -> list[list[Json]]:
        answer = self.get(path, **query)
        pages: list[list[Json]] = []
        while True:
            assert answer.status_code == 200, answer.text
            body = answer.json()
            pages.append(body["value"])
            if "nextLink" not in body:
                return pages
            answer = self.follow(body["nextLink"])

    def all(self, path: str, **query: str) -> list[Json]:
        return [record for page in self.all_pages(path, **query) for record in page]

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, BASE + path, json=body, headers=self._headers(named))

    def create(self, **changes: object) -> int:
        answer = self.post({**IN_OUT, **changes})
        assert answer.status_code == 201, answer.text
        return int(answer.headers["Location"].rpartition("/")[2])

    def _headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **(more or {})}


def reasons_of(answer: httpx.Response) -> list[str]:
    """The reasons of a wrapped 400; fails for any other answer."""
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["code"] == "BadRequest"
    assert error["message"]
    found: list[str] = error["reasons"]
    return found


def refused_fields(answer: httpx.Response) -> set[str]:
    """The fields of a 400 without the `error` around it; fails for any other answer."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert "error" not in body
    assert body["code"] == "BadRequest"
    return {item["property"] for item in body["validationErrors"]}
