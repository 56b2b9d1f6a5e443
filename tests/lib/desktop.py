# SPDX-License-Identifier: MIT
"""A display, a session bus and an accessibility bus of their own, and what is on the screen.

Windows are found and driven as assistive technology does it (AT-SPI), keys go through xdotool.
Needs the distribution's own Python (python3-gi, gir1.2-atspi-2.0).
"""
import os
import shutil
import subprocess
import sys
import tempfile

from peers import Failure, run, wait_until

_processes = []


def run_isolated(*cases, addresses=(), needs=()):
    """As peers.run(), each case in a process, network namespace, display and buses of its own.

    Qt 5 misses an accessibility bus that is there when it starts, unless its event loop runs
    already: so each case begins without one, see find_window().
    """
    if len(sys.argv) > 1:
        isolate(*addresses)
        open_display()
        try:
            run(next(case for case in cases if case.__name__ == sys.argv[1]))
        finally:
            sys.stdout.flush()
            close_display()

    def apart(case):
        def in_child():
            child = subprocess.run([sys.executable, sys.argv[0], case.__name__], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if child.returncode != 0:
                raise Failure(child.stdout)
        in_child.__name__ = case.__name__
        return in_child

    run(*map(apart, cases), needs=[*needs, "Xvfb", "xdotool", "dbus-daemon", "unshare", "ip"])


def isolate(*addresses):
    """Starts the script again in a network namespace of its own, with addresses added to lo."""
    if os.environ.get("DTLS_PAIR_ISOLATED") != "1":
        os.environ["DTLS_PAIR_ISOLATED"] = "1"
        flags = ["--net"] if os.geteuid() == 0 else ["--net", "--map-root-user"]
        os.execvp("unshare", ["unshare", *flags, "--", sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses:
        subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)


def _desktop():
    """The accessibility library and its desktop, as it is now: what was cached is forgotten."""
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
    Atspi.init()
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)
    desktop = Atspi.get_desktop(0)
    desktop.set_cache_mask(Atspi.Cache.NONE)
    return Atspi, desktop


def open_display(size="1400x900"):
    """Starts Xvfb and a session bus; both end with close_display()."""
    reader, writer = os.pipe()
    _processes.append(subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp",
         "-noreset"],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    os.close(writer)
    with os.fdopen(reader) as numbers:
        number = numbers.readline().strip()
    if not number:
        raise Failure("Xvfb did not start")
    os.environ["DISPLAY"] = f":{number}"      # the accessibility bus, started by this one, needs it
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="dtls-pair-run-")
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    _processes.append(bus)
    os.environ.update({
        "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
        "GDK_BACKEND": "x11", "GTK_A11Y": "atspi", "GSK_RENDERER": "cairo",
        "GSETTINGS_BACKEND": "memory", "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "LC_ALL": "C.UTF-8"})
    for name in ("WAYLAND_DISPLAY", "XAUTHORITY", "AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE"):
        os.environ.pop(name, None)
    return f":{number}"


def close_display():
    for process in reversed(_processes):
        process.terminate()
        process.wait()
    _processes.clear()
    shutil.rmtree(os.environ.pop("XDG_RUNTIME_DIR"), ignore_errors=True)


class Screen:
    """One application, by its name on the accessibility bus."""

    def __init__(self, name, program):
        from gi.repository import GLib
        self._error = GLib.Error
        self._atspi = _desktop()[0]
        self._program = program
        self.name = name
        self.root = wait_until(self._find_root, f"application {name!r} on the screen", program)

    def _find_root(self):
        desktop = _desktop()[1]
        try:
            for index in range(desktop.get_child_count()):
                child = desktop.get_child_at_index(index)
                if child is None:
                    continue
                child.set_cache_mask(self._atspi.Cache.NONE)    # of all that is in this program
                if child.get_name() == self.name \
                        and child.get_process_id() == self._program.process.pid:
                    return child
        except self._error:         # it came or went while it was looked at
            pass
        return None

    def _walk(self, node):
        if node is None:
            return
        yield node
        for index in range(node.get_child_count()):
            yield from self._walk(node.get_child_at_index(index))

    def look_for(self, role, name=None, within=None):
        """The first match now, or None."""
        _desktop()
        try:
            for node in self._walk(within or self.root):
                if node.get_role_name() == role and name in (None, node.get_name()):
                    return node
        except self._error:         # it went away while it was looked at
            pass
        return None

    def find(self, role, name=None, within=None):
        return wait_until(lambda: self.look_for(role, name, within), f"{role} {name!r}",
                          self._program)

    def press(self, name, role="push button"):
        self.find(role, name).do_action(0)

    def type_into(self, node, text):
        if not self._atspi.EditableText.set_text_contents(node, text):
            raise Failure(f"could not type {text!r}")

    def is_enabled(self, role, name):
        states = self.find(role, name).get_state_set()
        return states.contains(self._atspi.StateType.SENSITIVE)

    def lines(self, name, role="text"):
        """The lines of a text view; Qt puts U+2028 between them."""
        node = self.find(role, name)
        text = self._atspi.Text.get_text(node, 0, -1)
        return text.replace("\u2028", "\n").split("\n")

    def wait_for_line(self, name, text, role="text"):
        return wait_until(
            lambda: next((line for line in self.lines(name, role) if text in line), None),
            f"{text!r} in {name!r}", self._program)

    def keep(self):
        """Remembers the text views and buttons that are there now, and returns self.

        GTK 4.8 may crash when it is asked for a child that is not on the screen yet, so a window
        of GTK is walked once, when it stands, and then only what was found is asked.
        """
        self._nodes = list(self._walk(self.root))
        self._views = [node for node in self._nodes if node.get_role_name() == "text"]
        self._buttons = [node for node in self._nodes if node.get_role_name() == "push button"]
        return self

    def kept_controls(self):
        """Role and name of each button, check box, drop-down, list and row of keep()."""
        roles = ("push button", "toggle button", "check box", "radio button", "combo box", "filler",
                 "list", "table row")
        return [(node.get_role_name(), node.get_name()) for node in self._nodes
                if node.get_role_name() in roles
                and node.get_state_set().contains(self._atspi.StateType.FOCUSABLE)]

    def kept_focus(self):
        """The name of the control of keep() that has the focus; None: something else."""
        _desktop()
        focused = self._atspi.StateType.FOCUSED
        return next((node.get_name() for node in self._nodes
                     if node.get_state_set().contains(focused)
                     and node.get_role_name() not in ("frame", "application")), None)

    def wait_for_kept_text(self, text):
        """Waits until a text view of keep() has the text."""
        def shown():
            return any(text in self._atspi.Text.get_text(view, 0, -1) for view in self._views)
        wait_until(shown, f"{text!r} on the screen", self._program)

    def kept_button(self, name):
        """Waits until a button of keep() reads so."""
        def look():
            _desktop()
            return next((node for node in self._buttons if node.get_name() == name), None)
        return wait_until(look, f"button {name!r}", self._program)

    def is_kept_enabled(self, name):
        states = self.kept_button(name).get_state_set()
        return states.contains(self._atspi.StateType.SENSITIVE)


def windows_with(title):
    """The X windows on the screen with exactly this title."""
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"],
                           capture_output=True, text=True, check=False)
    return found.stdout.split()


def find_window(title):
    """The X window with exactly this title, once it is on the screen."""
    return wait_until(lambda: windows_with(title), f"window {title!r} on the screen")[-1]


def gtk_screen(name, title, program):
    """The window of a GTK program, once it stands: shown, and its panes known (Screen.keep())."""
    find_window(title)
    return Screen(name, program).keep()


def send_key(title, key):
    """Types a key into the window with exactly this title, once it is there."""
    subprocess.run(["timeout", "10", "xdotool", "windowfocus", "--sync", find_window(title),
                    "key", key], check=True, capture_output=True)
