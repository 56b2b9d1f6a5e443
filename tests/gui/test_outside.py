#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The real programs from outside, as a person with a keyboard and as assistive technology.

Both run on a display, a session bus and a network namespace of their own, with the settings
of a first start.
"""
import os
import tempfile

from desktop import find_window, gtk_screen, run_isolated, send_key, windows_with
from peers import Program, check, check_equal, wait_bound, wait_until


def server_window(*options):
    program = Program(os.environ["DTLS_SERVER"], *options)
    return program, gtk_screen("dtls-server", "DTLS server", program)


def client_window(*options):
    program = Program(os.environ["DTLS_CLIENT"], *options)
    return program, gtk_screen("dtls-client", "DTLS client", program)


def both_encrypted(server_screen, client_screen, number=0):
    name = f"Alice (clone number {number})"
    client_screen.wait_for_kept_text(f"{name}: encrypted connection established!")
    server_screen.wait_for_kept_text("encrypted. Session cipher: ECDHE-PSK-CHACHA20-POLY1305; "
                                     "session protocol: DTLS 1.2.")
    server_screen.wait_for_kept_text(f"I am {name}, please, accept our ping 0")
    client_screen.wait_for_kept_text("): ACK")


def end(*programs):
    for program in programs:
        check_equal(program.terminate(), 0, f"exit code of {program.name}")
        check("CRITICAL" not in "\n".join(program.lines), f"criticals of {program.name}")


def enter_in_both_dialogs():
    """Ctrl+L, Enter in the server, Ctrl+N, Enter in the client: an encrypted connection."""
    server, server_screen = server_window()
    client, client_screen = client_window()
    send_key("DTLS server", "ctrl+l")
    send_key("Start listening", "Return")
    wait_bound(22334, server)
    send_key("DTLS client", "ctrl+n")
    send_key("Connect", "Return")
    both_encrypted(server_screen, client_screen)
    end(client, server)


def buttons_by_name():
    """The originals' buttons, found by their names, and what they read after that."""
    server, server_screen = server_window()
    client, client_screen = client_window()
    check(not client_screen.is_kept_enabled("Shutdown connections"), "there is nothing to close")
    server_screen.kept_button("Start listening").do_action(0)
    send_key("Start listening", "Return")
    server_screen.kept_button("Stop listening")
    client_screen.kept_button("Connect ...").do_action(0)
    send_key("Connect", "Return")
    both_encrypted(server_screen, client_screen)
    wait_until(lambda: client_screen.is_kept_enabled("Shutdown connections"), "something to close")
    client_screen.kept_button("Shutdown connections").do_action(0)
    server_screen.wait_for_kept_text("The DTLS connection has been shutdown")
    end(client, server)


def options_do_what_the_dialogs_do():
    server, server_screen = server_window("--listen", "127.0.0.1:22334")
    wait_bound(22334, server)
    client, client_screen = client_window("--connect", "127.0.0.1:22334", "--count", "3")
    for number in range(3):
        both_encrypted(server_screen, client_screen, number)
    end(client, server)


def nobody_listens():
    """Closing a window whose --connect never got anywhere ends the program with code 1."""
    client, client_screen = client_window("--connect", "127.0.0.1:22334")
    client_screen.wait_for_kept_text("nothing is listening there")
    check_equal(client.terminate(), 1, "exit code of the client")


def opens_and_escapes(window, key, title):
    """The key opens the window with this title, Escape closes it, and the first one is there."""
    send_key(window, key)
    send_key(title, "Escape")
    wait_until(lambda: not windows_with(title), f"window {title!r} closed by Escape")
    find_window(window)


def keys_open_windows():
    """The keys of UX section 8, typed; what they open closes with Escape. Ctrl+W and Ctrl+Q end."""
    server, _screen = server_window()
    client, _screen = client_window()
    for key, title in (("ctrl+l", "Start listening"), ("ctrl+k", "Keys"),
                       ("ctrl+comma", "Settings"), ("ctrl+s", "Save log"),
                       ("ctrl+question", "dtls-server")):
        opens_and_escapes("DTLS server", key, title)
    for key, title in (("ctrl+n", "Connect"), ("ctrl+comma", "Settings"), ("ctrl+s", "Save log"),
                       ("F1", "Help"), ("ctrl+question", "dtls-client")):
        opens_and_escapes("DTLS client", key, title)
    send_key("DTLS client", "ctrl+w")
    check_equal(client.wait_exit(), 0, "exit code after Ctrl+W")
    send_key("DTLS server", "ctrl+q")
    check_equal(server.wait_exit(), 0, "exit code after Ctrl+Q")
    for program in (server, client):
        check("CRITICAL" not in "\n".join(program.lines), f"criticals of {program.name}")


def focus_after(screen, window, key, wanted):
    send_key(window, key)
    wait_until(lambda: screen.kept_focus() == wanted, f"focus on {wanted!r} after {key}")


def keys_walk_and_close():
    """F6 and Ctrl+Shift+D, which GTK would keep to itself."""
    server, screen = server_window("--listen", "127.0.0.1:22334")
    wait_bound(22334, server)
    client, first = client_window("--connect", "127.0.0.1:22334", "--count", "2")
    for number in range(2):
        both_encrypted(screen, first, number)
    screen = gtk_screen("dtls-client", "DTLS client", client)
    send_key("DTLS client", "F6")
    for _round in range(2):
        focus_after(screen, "DTLS client", "F6", "Received datagrams:")
        for _region in ("the list", "the composer", "the buttons"):
            send_key("DTLS client", "F6")
        focus_after(screen, "DTLS client", "F6", "DTLS info messages:")
    focus_after(screen, "DTLS client", "shift+F6", "Connect ...")
    send_key("DTLS client", "ctrl+shift+d")
    first.wait_for_kept_text("2 connections were shut down.")
    end(client, server)


def names_in(program, name, title, wanted):
    """What is read in the window with this title, the first one included: no type of GTK, no
    mnemonic, nothing twice."""
    send_key(title, "Tab")
    read = gtk_screen(name, title, program).kept_controls()
    for control in wanted:
        check(control in read, f"{control} is not among {read}")
    for role, text in read:
        words = text.split()
        half = len(words) // 2
        check(not text.startswith("Gtk"), f"{role} is called {text!r}")
        check(not any(word.startswith("_") for word in words), f"{role} is called {text!r}")
        check(half == 0 or words[:half] != words[half:], f"{role} is called {text!r}")


def each_control_has_its_name():
    """What assistive technology reads in the dialogs."""
    server, _screen = server_window()
    client, _screen = client_window()
    send_key("DTLS client", "ctrl+n")
    names_in(client, "dtls-client", "Connect",
             [("push button", "Connect"), ("push button", "Connect ..."),
              ("push button", "How the key is written"), ("filler", "Hex"),
              ("push button", "Advanced")])
    send_key("DTLS server", "ctrl+l")
    names_in(server, "dtls-server", "Start listening",
             [("push button", "Listen"), ("push button", "Address"), ("filler", "127.0.0.1"),
              ("check box", "The same key for every identity")])
    end(client, server)


def keys_have_their_names():
    """What assistive technology reads in the keys editor: a row by its identity, no key."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "keys.psk")
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as keys:
            keys.write("device-1:00112233445566778899aabbccddeeff\n")
        server, _screen = server_window("--listen", "127.0.0.1:22334", "--key-file", path)
        wait_bound(22334, server)
        send_key("DTLS server", "ctrl+k")
        names_in(server, "dtls-server", "Keys",
                 [("push button", "Save"), ("list", "Identities and their keys"),
                  ("table row", "Column titles"), ("table row", "device-1")])
        end(server)


def options_wait_in_the_dialog():
    """What is given without --connect fills the dialog that opens next."""
    server, server_screen = server_window("--listen", "127.0.0.1:22334")
    wait_bound(22334, server)
    client, client_screen = client_window("--name", "Zoe", "--identity", "device-9")
    send_key("DTLS client", "ctrl+n")
    send_key("Connect", "Return")
    client_screen.wait_for_kept_text("Zoe: encrypted connection established!")
    server_screen.wait_for_kept_text("device-9")
    end(client, server)


run_isolated(enter_in_both_dialogs, buttons_by_name, options_do_what_the_dialogs_do,
             nobody_listens, keys_open_windows, keys_walk_and_close, each_control_has_its_name,
             keys_have_their_names, options_wait_in_the_dialog)
