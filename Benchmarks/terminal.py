"""A terminal without a person, to measure a full-screen program from outside."""
import fcntl, os, pty, select, signal, struct, subprocess, termios, time

END_OF_FRAME = b"\x1b[?2026l"


class Terminal:
    def __init__(self, command, columns=120, rows=40, environment={}):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        settings = dict(os.environ, TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8", **environment)
        settings.pop("NO_COLOR", None)
        self.written = bytearray()
        self.started = time.perf_counter()
        # setsid makes the terminal the program's own, and becomes the program.
        self.process = subprocess.Popen(["setsid", "-c", *map(str, command)], stdin=slave, stdout=slave, env=settings)
        os.close(slave)

    def read(self, timeout):
        """Read what comes next; false when nothing comes for `timeout` seconds."""
        ready, _, _ = select.select([self.master], [], [], timeout)
        if not ready: return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.written += data
        return bool(data)

    def wait_for_frame(self, timeout=10, least=0, showing=""):
        """The time at which a frame ends that is drawn from now on, once `least` bytes have been written in all; the first
        one with `showing` in it."""
        searched, showing = len(self.written), showing.encode()
        while self.read(timeout):
            now = time.perf_counter()
            if len(self.written) < least:
                searched = len(self.written)
                continue
            shown = self.written.find(showing, searched)
            if shown >= 0 and END_OF_FRAME in self.written[max(0, shown if showing else shown - 8):]: return now
        raise TimeoutError("no frame came")

    def watch_until(self, moment):
        """Read what comes until then."""
        while (left := moment - time.perf_counter()) > 0: self.read(left)

    def settle(self, seconds):
        """Read until nothing has come for so long."""
        while self.read(seconds): pass

    def press(self, keys):
        os.write(self.master, keys.encode())
        return time.perf_counter()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        while self.read(1): pass
        self.process.wait(10)
        os.close(self.master)
