"""Our side of the keeper: starts it, listens to it, and lets it go."""

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from checklists.live.errors import SandboxError
from checklists.live.sandbox.folders import RunFolder
from checklists.live.sandbox.limits import MB, Limits
from checklists.live.sandbox.service_user import ServiceUser

# The keeper itself gives up on a start after a minute, and on an end after ten seconds.
_PATIENCE = 90.0
_LAST_WORDS = 15.0
# It finds the modules where we found them, and nowhere else: neither below its folder nor by its environment.
_KEEPER = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from checklists.live.sandbox.keeper import main
sys.exit(main())
"""
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


@dataclass(slots=True)
class Kept:
    """A server in a keeper's hands. `faults` is what it had to step in for, in words; `ended` why it died."""

    process: "subprocess.Popen[str]"
    events: "queue.SimpleQueue[dict[str, Any]]" = field(default_factory=queue.SimpleQueue)
    peak: int = 0
    faults: list[str] = field(default_factory=list)
    ended: str = ""
    listener: threading.Thread | None = None

    def start(
        self, command: list[str], user: ServiceUser, limits: Limits, prepare: list[str] | None = None
    ) -> None:
        """Orders the server, and returns once it takes connections; `prepare` is run before it.

        Raises:
            SandboxError: It did not start.
        """
        order = {
            "prepare": prepare, "server": command, "uid": user.uid, "gid": user.gid, "drops": user.drops,
            "env": _ENVIRONMENT, "process_bytes": limits.process_bytes, "file_bytes": limits.file_bytes,
            "disk_bytes": limits.disk_bytes, "memory_bytes": limits.memory_bytes,
        }  # fmt: skip
        self.send(json.dumps(order))
        self._await("ready", "start")

    def stop(self) -> None:
        """Shuts the server down in order; its data stay until `release`.

        Raises:
            SandboxError: It did not end.
        """
        self.send("stop")
        self._await("stopped", "shut down")

    def send(self, line: str) -> None:
        """Tells the keeper."""
        if self.process.stdin is not None:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def _await(self, wanted: str, verb: str) -> None:
        try:
            event = self.events.get(timeout=_PATIENCE)
        except queue.Empty:
            event = {"event": "failed", "detail": "the keeper does not answer"}
        if event["event"] != wanted:
            self.release()
            raise SandboxError(
                f"The throwaway Postgres did not {verb}: {event['detail']}. Nothing was proven.",
                "Free memory and space in the temporary folder, and run again.",
            )

    def why_ended(self) -> str:
        """What the keeper says of a server that is gone; empty where it still runs."""
        if self.listener is not None:
            self.listener.join(timeout=_LAST_WORDS)
        return self.ended

    def release(self) -> None:
        """Ends the server; returns when nothing of it is left."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def listen(self) -> None:
        """Hears what the keeper tells, from now on."""
        self.listener = threading.Thread(target=self._listen, name="keeper", daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            told = json.loads(line)
            detail = told["detail"]
            if told["event"] == "usage":
                self.peak = max(self.peak, detail)
            elif told["event"] in ("memory", "disk"):
                self.faults.append(_in_words(told["event"], detail))
            elif told["event"] == "ended":
                self.ended = str(detail)
            else:
                self.events.put(told)
        self.events.put({"event": "failed", "detail": self.ended or "the keeper is gone"})


def keep(folder: RunFolder) -> Kept:
    """Starts a keeper, which from now on removes the folder when we are gone; it waits for its order."""
    places = json.dumps([place for place in sys.path if place])
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _KEEPER, places, folder.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        pass_fds=(folder.lock,), start_new_session=True, cwd="/",
    )  # fmt: skip
    os.close(folder.lock)  # the keeper holds it from here on
    kept = Kept(process)
    kept.listen()
    return kept


def _in_words(event: str, used: int) -> str:
    what = "memory" if event == "memory" else "disk"
    return f"its statement was ended: the server had {used // MB} MB of {what} in use"
