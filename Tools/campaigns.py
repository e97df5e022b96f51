"""What the campaigns share: the program in a pseudo terminal, what it writes there, and processes that work at once.

A campaign is made of lives, each with a seed of its own, so that a life that fails can be lived again alone.
"""

import argparse
import contextlib
import fcntl
import multiprocessing
import os
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Failure(Exception):
    """Something that must not happen, in one line."""


# MARK: What a terminal understands


class Output:
    """Reads what the program writes as a terminal would, and complains about all that it has no business to write."""

    # Of the control characters: backspace, tab, new line, carriage return, and what begins a sequence.
    CONTROLS = b"\b\t\n\r\x1b"
    # A sequence that ncurses sends: to move, to clear, to colour, to set modes; and, of those that set something by words,
    # what puts the palette back, and what a person has copied.
    SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0AB]|[78=>MDE]|\]104\x07|\]52;c;[A-Za-z0-9+/=]*\x07|\]R)")
    TORN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[()]?|\](?:1(?:0(?:4)?)?)?|\]5(?:2(?:;(?:c(?:;[A-Za-z0-9+/=]*)?)?)?)?)")
    FINALS = b"ABCDGHJKLMPSTXZ@abcdfghlmrqt"
    MODES = {1, 7, 12, 25, 1000, 1006, 1049, 2004, 2026, 47, 1047, 1048}
    # Directions and separators that change how other text looks.
    BIDI = re.compile("[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

    def __init__(self):
        self.rest = b""
        self.modes = {}
        self.clears = 0
        self.bytes = 0

    def feed(self, piece):
        self.bytes += len(piece)
        data = self.rest + piece
        self.rest = b""
        text = bytearray()
        position = 0
        while position < len(data):
            byte = data[position]
            if byte == 0x1B:
                match = self.SEQUENCE.match(data, position)
                if not match:
                    room = 100_000 if data.startswith(b"\x1b]52;c;", position) else 64
                    if len(data) - position < room and self.TORN.fullmatch(data[position:]):
                        self.rest = data[position:]
                        break
                    raise Failure(f"no sequence of ncurses: {data[position:position + 24]!r}")
                self.sequence(match.group())
                position = match.end()
                continue
            if byte < 0x20 and byte not in self.CONTROLS or byte == 0x7F:
                # SI and SO switch character sets in old terminals.
                if byte not in (0x0E, 0x0F):
                    raise Failure(f"a control character: {data[max(0, position - 12):position + 12]!r}")
            text.append(byte)
            position += 1
        # A character may be torn at the end of a piece.
        end = len(text)
        for back in range(1, min(4, len(text)) + 1):
            lead = text[-back]
            if lead & 0xC0 == 0xC0:
                if back < (4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2):
                    end = len(text) - back
                break
            if lead < 0x80:
                break
        if not self.rest:
            self.rest = bytes(text[end:])
        try:
            shown = text[:end].decode()
        except UnicodeDecodeError as error:
            raise Failure(f"no UTF-8: {bytes(text[max(0, error.start - 8):error.end + 8])!r}") from None
        odd = self.BIDI.search(shown)
        if odd:
            raise Failure(f"U+{ord(odd.group()):04X} raw on the screen: {shown[max(0, odd.start() - 20):odd.end()]!r}")

    def sequence(self, sequence):
        if not sequence.startswith(b"\x1b["):
            return
        body, final = sequence[2:-1], sequence[-1]
        if final not in self.FINALS:
            raise Failure(f"no sequence of ncurses: {sequence!r}")
        if final in b"hl" and body.startswith(b"?"):
            for number in body[1:].split(b";"):
                mode = int(number or b"0")
                if mode not in self.MODES:
                    raise Failure(f"nobody asks for this mode: {sequence!r}")
                self.modes[mode] = final == ord("h")
        if final == ord("J"):
            self.clears += 1

    def require_modes_off(self):
        """The terminal as it was: no other screen, no mouse, no marks around pastes, the cursor to be seen."""
        left = [mode for mode in (1049, 1000, 1006, 2004, 2026, 1002, 1003) if self.modes.get(mode)]
        if left:
            raise Failure(f"modes left on: {left}")
        if self.modes.get(25) is False:
            raise Failure("the cursor is left hidden")


# MARK: A program in a pseudo terminal


def environment(folder, **more):
    """Nothing of the user's: what is recorded and cached lies in a folder that goes away."""
    return {
        "PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8", "TERM": "xterm-256color",
        "XDG_DATA_HOME": f"{folder}/data", "XDG_STATE_HOME": f"{folder}/state", "XDG_RUNTIME_DIR": folder,
        "SWIFT_BACKTRACE": "enable=no", **more,
    }  # fmt: skip


class Terminal:
    """The program in a pseudo terminal of its own, of which it is the only job."""

    def __init__(self, command, variables, columns=100, rows=30):
        self.master, slave = os.openpty()
        self.resize(columns, rows)
        self.output = Output()
        # While the terminal is given back, the system would show what is typed as it is, and make signals of it.
        modes = termios.tcgetattr(slave)
        modes[3] &= ~(termios.ECHO | termios.ISIG)
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        self.saved = termios.tcgetattr(slave)

        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=variables, preexec_fn=take_terminal, close_fds=True
        )
        self.slave = slave
        os.set_blocking(self.master, False)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """Takes what has been written, waiting for some of it; False where nothing came."""
        if self.master is None or not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.master, 1 << 16)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return False
        self.output.feed(piece)
        return bool(piece)

    def write(self, data, deadline):
        """Types, as fast as the program reads, and reads meanwhile what it writes."""
        while data:
            if time.monotonic() > deadline:
                raise Failure("does not read what is typed")
            _, writable, _ = select.select([], [self.master], [], 0)
            if writable:
                try:
                    data = data[os.write(self.master, data[:4000]) :]
                    continue
                except BlockingIOError:
                    pass
                except OSError:
                    return
            if self.process.poll() is not None:
                return
            self.read(0.01)

    def wait(self, is_true, seconds, what, nudge=None):
        """Reads until something is true; `nudge` is typed again and again meanwhile."""
        end = time.monotonic() + seconds
        again = time.monotonic() + 1.5
        while not is_true():
            if self.process.poll() is not None:
                return False
            if time.monotonic() > end:
                raise Failure(f"{what}: nothing for {seconds} s")
            if nudge and time.monotonic() > again:
                with contextlib.suppress(OSError):
                    os.write(self.master, nudge)
                again = time.monotonic() + 1.5
            self.read(0.05)
        return True

    def send(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def close(self):
        """The window is closed."""
        os.close(self.master)
        os.close(self.slave)
        self.master = None

    def finish(self, seconds):
        """Waits for the end, and returns the status."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise Failure(f"does not end within {seconds} s")
            if not self.read(0.01) and self.master is None:
                time.sleep(0.002)
        while self.read(0):
            pass
        return self.process.returncode

    def require_as_before(self):
        """After the end: no mode is on, and lines are edited as before."""
        self.output.require_modes_off()
        if termios.tcgetattr(self.slave) != self.saved:
            raise Failure("the terminal's modes are not as before")

    def resident(self):
        """Megabytes of memory."""
        try:
            with open(f"/proc/{self.process.pid}/statm") as file:
                return int(file.read().split()[1]) * 4096 >> 20
        except (OSError, IndexError, ValueError):
            return 0

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master is not None:
            self.close()


# MARK: Lives


def wait(process, seconds):
    """The status of a process that ends within so many seconds, as soon as it does: `Popen.wait` looks now and then."""
    descriptor = os.pidfd_open(process.pid)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            raise subprocess.TimeoutExpired(process.args, seconds)
    finally:
        os.close(descriptor)
    return process.wait()


def parser(description):
    result = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--program", default=f"{ROOT}/.build/release/headscope")
    result.add_argument("--model", default="all-MiniLM-L6-v2", help="what --model of the program takes")
    result.add_argument("--seed", type=int, help="repeats a campaign (default: another one every time)")
    result.add_argument("--life", type=int, help="lives one life of it again")
    result.add_argument("--short", action="store_true", help="the form that every change must pass")
    result.add_argument("--jobs", type=int, default=os.cpu_count())
    return result


def work(task):
    live, arguments, life = task
    folder = tempfile.mkdtemp(prefix="headscope-campaign-")
    r = random.Random(f"{arguments.seed}-{life}")
    try:
        return life, live(r, arguments, folder), None
    except Failure as failure:
        return life, {}, str(failure)
    except Exception:
        # A fault of the campaign's own ends one life, and says where.
        return life, {}, traceback.format_exc()[-1000:]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ignore_signals():
    """Leaves it to the campaign to end.

    By handlers, which the programs that lives start do not inherit: what a shell or nohup has this process ignore would be
    ignored by them, too.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, lambda *_: None)


def run(live, arguments, lives):
    """Lives all lives, some at once, and prints what became of them; the exit status.

    `live(random, arguments, folder)` returns numbers to be added up, or raises a `Failure`.
    """
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(1 << 32)
    if not os.access(arguments.program, os.X_OK):
        sys.exit(f"there is no program {arguments.program}: make build")
    os.environ.setdefault("HEADSCOPE_MODELS", f"{ROOT}/models")
    arguments.program = os.path.abspath(arguments.program)
    name = os.path.basename(sys.argv[0])
    print(f"{name}: seed {arguments.seed}", flush=True)
    numbers = range(lives) if arguments.life is None else [arguments.life]
    start = time.monotonic()
    totals, lived, failures, is_whole = {}, 0, 0, True
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with multiprocessing.Pool(arguments.jobs, initializer=ignore_signals) as pool:
        tasks = ((live, arguments, life) for life in numbers)
        try:
            for life, found, failure in pool.imap_unordered(work, tasks):
                lived += 1
                for key, value in found.items():
                    totals[key] = max(totals.get(key, 0), value) if key.startswith("most") else totals.get(key, 0) + value
                if failure:
                    failures += 1
                    print(f"FAILED: {failure}\n  again: {name} --seed {arguments.seed} --life {life}", flush=True)
        except KeyboardInterrupt:
            # What was found until then counts, also for who presses it twice.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            is_whole = False
    words = "".join(f", {value:,} {key}" for key, value in totals.items())
    stopped = "" if is_whole else f" of {len(numbers)}"
    print(f"{name}: {lived}{stopped} lives{words}, {failures} failures in {time.monotonic() - start:.0f} s")
    return 1 if failures or not is_whole else 0


def require_status(status, allowed):
    if status not in allowed:
        name = signal.Signals(-status).name if status < 0 else str(status)
        raise Failure(f"ended with {name}, and not with {sorted(allowed)}")
