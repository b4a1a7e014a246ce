"""What a run of schemathesis came to, out of the file of events that it writes."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXPLAINED = (
    # Who does not know a header passes it over.
    "in header - object with unexpected properties",
    # It was made invalid, and then pinned to 0 by our own configuration.
    "parameter `Seatledger-Min-Position` in header",
    # An event of a stream is an object to schemathesis, and to OpenAPI 3.1 a stream is one text.
    "SSE event violates schema",
)
"""What is no fault of ours, each known by its message."""


STATEFUL = "Stateful tests"
"""The label of what is about many operations; about one it is that one's method and path."""


@dataclass
class Report:
    """`failures` are texts for people."""

    phases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    explained: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, phase: str, recorder: dict[str, Any]) -> None:
        asked: dict[str, Any] = recorder.get("interactions") or {}
        if asked and recorder["label"] != STATEFUL:
            self.operations.add(recorder["label"])
        for each in asked.values():
            request, answer = each["request"], each.get("response")
            self.phases[phase] += 1
            self.statuses[answer["status_code"] if answer else 0] += 1
            if answer is None:
                self.failures.append(f"no answer: {request['method']} {request['uri']}")
        for case, checks in (recorder.get("checks") or {}).items():
            for check in checks:
                self.checks[check["name"]] += 1
                if check["status"] == "failure":
                    self._failed(check, asked.get(case) or {})

    def _failed(self, check: dict[str, Any], asked: dict[str, Any]) -> None:
        told = json.dumps(check.get("failure_info"))
        if any(reason in told for reason in EXPLAINED):
            self.explained += 1
            return
        request, answer = asked.get("request") or {}, asked.get("response") or {}
        self.failures.append(
            f"{check['name']}: {request.get('method')} {request.get('uri')}"
            f" -> {answer.get('status_code')}\n  body {_text(request.get('body'))}\n  {told[:1500]}"
        )

    def lines(self) -> Iterator[str]:
        yield (
            f"{sum(self.phases.values())} requests at {len(self.operations)} operations, "
            f"{sum(self.checks.values())} checks, {self.explained} alarms explained, "
            f"{len(self.failures)} failures"
        )
        yield f"  phases    {dict(self.phases)}"
        yield f"  statuses  {dict(sorted(self.statuses.items()))}"
        yield f"  checks    {dict(sorted(self.checks.items()))}"
        yield from self.failures


def _text(body: dict[str, str] | None) -> str:
    return b64decode(body["$base64"])[:500].decode(errors="replace") if body else "none"


def complaints(log: Iterable[str]) -> list[str]:
    """The lines in which the program says that something went wrong. Letters are lines of its log, too."""
    told = [json.loads(line) for line in log if line.startswith("{")]
    return [
        f"logged: {json.dumps(each)[:3000]}"
        for each in told
        if each["level"] in {"warning", "error", "critical"} and each["logger"] != "seatledger.mail"
    ]


def report_of(events: Path) -> Report:
    report = Report()
    with events.open() as lines:
        for line in lines:
            event = json.loads(line).get("ScenarioFinished")
            if event is not None:
                report.add(event["phase"], event["recorder"])
    return report
