"""A child for tests: answers each JSON line with itself and its process id; ``die``, ``sleep``, ``say`` misbehave."""

from __future__ import annotations

import json
import os
import sys
import time

for text in sys.stdin:
    line = json.loads(text)
    if "die" in line:
        print(line["die"], file=sys.stderr)
        sys.exit(3)
    if "sleep" in line:
        print(json.dumps({"stage": "sleeping", "done": 0, "total": 1}), file=sys.stderr, flush=True)
        time.sleep(line["sleep"])
    print(line["say"] if "say" in line else json.dumps({**line, "pid": os.getpid()}), flush=True)
