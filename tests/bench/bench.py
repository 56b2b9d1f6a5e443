# SPDX-License-Identifier: MIT
"""Runs benchmarks of a build folder and prints tables; tools/bench builds and calls it."""
import argparse
import sys

sys.dont_write_bytecode = True          # before the modules of this folder: nothing goes there
# pylint: disable=wrong-import-position
import bench_client
import bench_engine
import bench_hellos
import bench_instructions
import bench_startup
import bench_typing
import bench_window
from benchlib import BenchError, Programs, machine

COMMANDS = {
    "engine": bench_engine,
    "instructions": bench_instructions,
    "hellos": bench_hellos,
    "window": bench_window,
    "typing": bench_typing,
    "client": bench_client,
    "startup": bench_startup,
}


def main():
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("--build", required=True, help="build folder (release)")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least of them counts")
    parser.add_argument("--quick", action="store_true", help="fewer messages, for a first look")
    parser.add_argument("--sessions", type=int, nargs="+", help="numbers of sessions")
    parser.add_argument("command", nargs="+", choices=[*COMMANDS, "all"])
    options = parser.parse_args()
    names = list(COMMANDS) if "all" in options.command else options.command

    good = True
    if options.markdown:
        print(f"Machine: {machine()}. Least of {options.rounds} rounds.\n")
    else:
        print(machine())
    for name in names:
        try:
            tables, met = COMMANDS[name].run(Programs(options.build), options)
        except BenchError as error:
            print(f"tools/bench {name}: {error}", file=sys.stderr)
            good = False
            continue
        for table in tables:
            if not (options.markdown and table.limits and met):
                table.print(options.markdown)
        sys.stdout.flush()
        good = good and met
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
