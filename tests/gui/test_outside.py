#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The real programs from outside, as a person with a keyboard and as assistive technology.

Both run on a display, a session bus and a network namespace of their own, with the settings
of a first start.
"""
import os

from desktop import Screen, run_isolated, send_key
from peers import Program, check, check_equal, wait_bound


def both_windows(server_options=(), client_options=()):
    server = Program(os.environ["DTLS_SERVER"], *server_options)
    server_screen = Screen("dtls-server", server)
    client = Program(os.environ["DTLS_CLIENT"], *client_options)
    return server, server_screen, client, Screen("dtls-client", client)


def both_encrypted(server_screen, client_screen, number=0):
    name = f"Alice (clone number {number})"
    client_screen.wait_for_text_anywhere(f"{name}: encrypted connection established!")
    server_screen.wait_for_text_anywhere("encrypted. Session cipher: ECDHE-PSK-CHACHA20-POLY1305; "
                                         "session protocol: DTLS 1.2.")
    server_screen.wait_for_text_anywhere(f"I am {name}, please, accept our ping 0")
    client_screen.wait_for_text_anywhere("): ACK")


def end(*programs):
    for program in programs:
        check_equal(program.terminate(), 0, f"exit code of {program.name}")
        check("CRITICAL" not in "\n".join(program.lines), f"criticals of {program.name}")


def enter_in_both_dialogs():
    """Ctrl+L, Enter in the server, Ctrl+N, Enter in the client: an encrypted connection."""
    server, server_screen, client, client_screen = both_windows()
    send_key("DTLS server", "ctrl+l")
    send_key("Start listening", "Return")
    wait_bound(22334, server)
    send_key("DTLS client", "ctrl+n")
    send_key("Connect", "Return")
    both_encrypted(server_screen, client_screen)
    end(client, server)


def buttons_by_name():
    """The originals' buttons, found by their names; closing is information on the server."""
    server, server_screen, client, client_screen = both_windows()
    check(not client_screen.is_enabled("push button", "Shutdown connections"), "nothing to close")
    server_screen.press("Start listening")
    server_screen.press("Listen")
    server_screen.find("push button", "Stop listening")
    client_screen.press("Connect ...")
    client_screen.press("Connect")
    both_encrypted(server_screen, client_screen)
    client_screen.press("Shutdown connections")
    server_screen.wait_for_text_anywhere("The DTLS connection has been shutdown")
    end(client, server)


def options_do_what_the_dialogs_do():
    server, server_screen, client, client_screen = both_windows(
        ("--listen", "127.0.0.1:22334"), ("--connect", "127.0.0.1:22334", "--count", "3"))
    for number in range(3):
        both_encrypted(server_screen, client_screen, number)
    end(client, server)


run_isolated(enter_in_both_dialogs, buttons_by_name, options_do_what_the_dialogs_do)
