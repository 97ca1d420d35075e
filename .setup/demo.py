"""Migrate, load the demo, and serve it with a worker until stopped: the last step of `make demo`.

Web server and worker live and die together. Data is kept under instance/, so that nothing is lost between runs.
"""

from __future__ import annotations

import http.client
import os
import sys
import time

from processes import Parent, Processes, end_with_parent, is_free

READY_WITHIN = 90
"""Seconds the service may take to answer."""


def main() -> int:
    port = port_wanted()
    if not is_free(port):
        print(
            f"Port {port} of 127.0.0.1 is taken, perhaps by another `make demo`. "
            f"Stop that one, or choose another port: make demo PORT={port + 1 if port < 65535 else 8001}",
            file=sys.stderr,
        )
        return 1
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    end_with_parent()
    with Processes() as processes:
        for name, command in {"migration": ["db", "upgrade"], "demo": ["demo", "load"]}.items():
            if status := processes.run(name, [*flask, *command]):
                print(f"The {name} failed (`flask --app wsgi {' '.join(command)}`).", file=sys.stderr)
                return status if status > 0 else 1
        gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--workers=2", f"--bind=127.0.0.1:{port}"]
        processes.start("web server", [*gunicorn, "--log-level=warning", "--no-control-socket"])
        processes.start("worker", [*flask, "work"])
        return serve(processes, port)


def serve(processes: Processes, port: int) -> int:
    """Say when the service is ready, then watch over it; ends only when a process does, or by a signal."""
    started = time.monotonic()
    parent = Parent()
    ready = False
    while (ended := processes.ended()) is None:
        if not ready and (ready := answers(port) and processes.ended() is None):
            print(f"ready http://127.0.0.1:{port}", flush=True)
        if not ready and time.monotonic() - started > READY_WITHIN:
            print(f"The service did not answer on /readyz within {READY_WITHIN} seconds.", file=sys.stderr)
            return 1
        if parent.was_interrupted():
            return 0
        time.sleep(0.25)
    name, status = ended
    print(f"The {name} ended by itself (status {status}); stopping the rest.", file=sys.stderr)
    return 1


def answers(port: int) -> bool:
    """Whether the service says that it is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def port_wanted() -> int:
    """The port from PORT, 8000 when it is not set. Ends in words when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, and is {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
