"""Runs programs of lessons for real. Needs the right to make network namespaces.

Reads {"together": [[source, ...], ...], "at_once": how many lists at the same time} and, for each list, starts its
programs one after the other in a network namespace of their own, each when the one before it has ended or sleeps.
Answers {"together": [[end, ...], ...]}: each program's exit status, the name of the exception that ended it, or "waits"
when it still sleeps long after the last of them did anything.
"""

import concurrent.futures
import ctypes
import json
import os
import subprocess
import sys
import time

POLL = 0.03     # seconds between two looks at a process
ASLEEP = 5      # so many looks in a row that find it sleeping: it waits for something
QUIET = 4.0     # no program has run for so many seconds: those that live wait for ever


def unprivileged():
    """Give up every capability, so that ports below 1024 are what they are to ordinary users."""
    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]
    none = (ctypes.c_uint32 * 6)()
    ctypes.CDLL(None).capset(ctypes.byref(Header(0x20080522, 0)), none)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)     # PR_SET_NO_NEW_PRIVS: python3 itself gets none back


def start(source):
    def before():
        ctypes.CDLL(None).prctl(28, 1 << 0, 0, 0, 0)     # PR_SET_SECUREBITS, SECBIT_NOROOT: root is nobody special
        unprivileged()
    return subprocess.Popen([sys.executable, "-I", "-c", source], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=before)


def sleeps(process):
    """Whether it is alive and none of its threads runs."""
    try:
        for task in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{task}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] != "S":
                    return False
    except OSError:
        return False
    return True


def settle(process):
    """Return when the process has ended or sleeps."""
    looks = 0
    while looks < ASLEEP and process.poll() is None:
        looks = looks + 1 if sleeps(process) else 0
        time.sleep(POLL)


def ended(process):
    if process.returncode == 0:
        return "0"
    said = process.stderr.read().strip()
    if process.returncode > 0 and "Traceback" not in said:
        return str(process.returncode)      # sys.exit, perhaps with a last word
    last = (said.splitlines() or ["killed"])[-1]
    return last.partition(":")[0].rpartition(".")[2]


def together(sources):
    processes = []
    for source in sources:
        processes.append(start(source))
        settle(processes[-1])
    quiet = time.monotonic() + QUIET
    while any(p.poll() is None for p in processes) and time.monotonic() < quiet:
        if any(p.poll() is None and not sleeps(p) for p in processes):
            quiet = time.monotonic() + QUIET
        time.sleep(POLL)
    alive = [p.poll() is None for p in processes]
    for process in processes:
        process.kill()
        process.wait()
    return ["waits" if alive else ended(p) for p, alive in zip(processes, alive)]


def one():
    """One list of programs, in the namespace that this process is in."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for host in range(1, 10):
        subprocess.run(["ip", "address", "add", f"10.0.0.{host}/32", "dev", "lo"], check=True)
    json.dump(together(json.load(sys.stdin)), sys.stdout)


def apart(sources):
    command = ["unshare", "--net", sys.executable, __file__, "one"]
    done = subprocess.run(command, input=json.dumps(sources), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def main():
    asked = json.load(sys.stdin)
    with concurrent.futures.ThreadPoolExecutor(asked["at_once"]) as pool:
        json.dump({"together": list(pool.map(apart, asked["together"]))}, sys.stdout)


one() if sys.argv[1:] == ["one"] else main()
