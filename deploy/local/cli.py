"""``./callboard``: the commands. What they do is in the other modules of this package."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from deploy.local import (
    background,
    lint,
    lock,
    logs,
    mongodb,
    packages,
    rabbitmq,
    settings,
    signals,
    status,
    suites,
    terminal,
)
from deploy.local.errors import StackError
from deploy.local.home import Home
from deploy.local.stack import PROCESSES, Stack
from deploy.local.supervisor import Report, silent

GATEWAY_PORT = 8080
"""The port that the gateway gets when it is free."""
ELSEWHERE = {
    "verify": "deploy.local.verify:verify",
    "mail": "deploy.local.mailbox.command:mail",
    "parked": "deploy.local.parked:parked",
    "api-key": "deploy.local.accounts:api_key",
    "studio": "deploy.local.accounts:studio",
}
"""Commands with a module of their own, imported when they are used."""


class Commands(click.Group):
    """The commands of this module, and those that live elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, also of commands that are not imported yet."""
        elsewhere = [name for name, where in ELSEWHERE.items() if importlib.util.find_spec(where.partition(":")[0])]
        return sorted([*super().list_commands(ctx), *elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None when there is none."""
        if cmd_name in ELSEWHERE and cmd_name in self.list_commands(ctx):
            module, _, attribute = ELSEWHERE[cmd_name].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong with the stack is one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except StackError as error:
            terminal.complain(error)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Callboard: the platform of an alliance of short-drama studios.

    Start with: ./callboard up
    """


@main.command()
@click.option("--empty", is_flag=True, help="Do not load the demo alliance.")
@click.option("-d", "--detach", is_flag=True, help="Run in the background; return when everything is ready.")
def up(empty: bool, detach: bool) -> None:
    """Start the servers, all services and the gateway.

    Data, logs, ports and credentials are in .callboard/ (or CALLBOARD_HOME). Ctrl-C stops everything; the next start
    continues where it was. CALLBOARD_AMQP_URL and CALLBOARD_MONGO_URL use servers that run already,
    CALLBOARD_HTTP_PORT asks for a port.
    """
    stack = stack_of_home()
    if stack.supervisor() is not None:
        terminal.say("Callboard runs already.")
        with terminal.progress("Waiting until it is ready"):
            stack.attach().wait_all_ready()
        show_addresses(stack)
        return
    install_packages()
    if detach:
        with terminal.progress("Starting Callboard") as report:
            background.start(stack, [], report)
        welcome(stack.attach(), empty)
    else:
        run_here(empty)


def run_here(empty: bool) -> None:
    """Be the supervisor in this terminal until a signal ends it."""
    said = Reporter()
    stack = stack_of_home(said)
    signals.interrupt_once()
    try:
        with terminal.progress("Starting Callboard") as report:
            said.report = report
            stack.start()
        said.report = said.print
        welcome(stack, empty)
        terminal.say("Ctrl-C stops everything.")
        threading.Event().wait()
    except KeyboardInterrupt:
        terminal.say("Stopping.")
    finally:
        stack.stop()


class Reporter:
    """Passes reports on to whoever shows them at the moment."""

    def __init__(self) -> None:
        self.report: Report = self.print

    def __call__(self, name: str, message: str) -> None:
        """Pass a report on."""
        self.report(name, message)

    def print(self, name: str, message: str) -> None:
        """Show a report as a line."""
        terminal.err.print(Text(f"{name} {message}", style="yellow"))


def welcome(stack: Stack, empty: bool) -> None:
    """What a person wants to know after the start; loads the demo the first time."""
    if not empty and not stack.home.demo_marker.exists():
        run_demo(stack)
        stack.home.demo_marker.touch()
    show_addresses(stack)


def show_addresses(stack: Stack) -> None:
    """Where things are, and what to try next."""
    terminal.out.print(f"Callboard        {stack.gateway_url}")
    terminal.out.print(f"Documentation    {stack.gateway_url}/docs")
    if (mailbox := stack.mailbox_url) is not None:
        terminal.out.print(f"Mailbox          {mailbox}  (or ./callboard mail)")
    terminal.out.print(f"Credentials      {stack.home.credentials}")
    terminal.out.print(f"Logs             {stack.home.logs}")
    terminal.out.print("Try next         ./callboard demo | mail | status | logs -f | down")


@main.command(hidden=True)
@click.option("--report-to", type=int, required=True, help="The file descriptor that gets the progress.")
def supervise(report_to: int) -> None:
    """Be the supervisor of a detached stack."""
    with os.fdopen(report_to, "w") as progress:
        stack = stack_of_home(lambda name, message: background.tell(progress, name, message))
        background.run(stack, progress)


@main.command()
def down() -> None:
    """Stop everything. Data stays; the next start continues where it was."""
    stack = stack_of_home()
    supervisor = stack.supervisor()
    if supervisor is not None:
        terminal.say(f"Stopping the stack of process {supervisor.pid}.")
        background.stop(stack, supervisor)
    else:
        stack.stop_leftovers()
    terminal.say("Nothing runs.")


@main.command("status")
def show_status() -> None:
    """Show every process and whether it is ready.

    Exits with 1 when something is not.
    """
    rows = status.of_stack(stack_of_home())
    if not rows:
        terminal.say("Nothing runs. Start with: ./callboard up")
        sys.exit(1)
    terminal.out.print(terminal.status_table(rows))
    sys.exit(0 if all(row.state == "running" and row.ready is not False for row in rows) else 1)


@main.command("logs")
@click.argument("service", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on showing what is added, until Ctrl-C.")
def show_logs(service: str | None, follow: bool) -> None:
    """Show the logs of all services, merged by time.

    SERVICE is a service, the gateway, supervisor, rabbitmq or mongod.
    """
    home = Home.from_environment()
    known = sorted(path.stem for path in home.logs.glob("*.log"))
    if service is not None and service not in known:
        raise click.UsageError(f"there is no log of {service}: choose from {', '.join(known) or '(none yet)'}")
    servers = (rabbitmq.NODE, rabbitmq.NAME_SERVER, mongodb.SERVER)
    shown = [service] if service else [name for name in known if name not in servers]
    files = [logs.LogFile(home.logs / f"{name}.log") for name in shown]
    try:
        for line in logs.follow(files) if follow else logs.merged(files):
            terminal.out.print(terminal.log_line(line, shown))
    except KeyboardInterrupt:
        return


@main.command()
@click.argument("story", type=click.Choice(["contract", "talent"]), default="contract")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Where talent's story puts its PDFs.")
@click.option(
    "--by-link", is_flag=True, help="Refuse talent's story where no mailbox is there to sign by link and code from."
)
def demo(story: str, to: Path | None, by_link: bool) -> None:
    """Tell the story of a signed contract, or (talent) of a cast: from open calls to sealed contracts.

    Both go through the public API only and show the milliseconds from a cause to each effect.
    """
    if by_link and story != "talent":
        raise click.UsageError("--by-link is for the story of talent: ./callboard demo talent --by-link")
    if story == "talent":
        stack = stack_of_home().attach()
        folder = to or stack.home.path / "contracts"
        importlib.import_module("deploy.local.demo_talent").run(stack, terminal.out, folder, by_link)
    else:
        run_demo(stack_of_home().attach())


def run_demo(stack: Stack) -> None:
    """The demo, as it is told in its own module."""
    importlib.import_module("deploy.local.demo").run(stack, terminal.out)


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--full", is_flag=True, help="Run the faults in their long form: 100,000 signings, hours.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what came of the faults to this Markdown file.")
@click.argument("arguments", nargs=-1, metavar="[SUITE]... [-- PYTEST_OPTION...]", type=click.UNPROCESSED)
def test(full: bool, report: Path | None, arguments: tuple[str, ...]) -> None:
    """Run the tests, one pytest process per suite.

    Suites: architecture, unit, events, service, system, browser, faults; the slowest faults only when faults is named.
    What else starts with a dash, and everything after it, goes to pytest: ./callboard test unit -k ledger
    """
    names = next((arguments[:i] for i, argument in enumerate(arguments) if argument.startswith("-")), arguments)
    selected = suites.select(names)
    install_packages(browser="browser" in selected, promtool="unit" in selected)
    all_but_the_slowest = () if names else ("-m", "not slow")
    sys.exit(suites.run(selected, (*all_but_the_slowest, *arguments[len(names) :]), terminal.say, full, report))


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, metavar="[--quick] [B1 B2 ...]", type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure Callboard beside its peers, on a stack of its own: ./callboard bench --quick

    It may run beside ./callboard up. docs/benchmark.md says how to read what it prints.
    """
    if not {"-h", "--help"} & set(arguments):
        install_packages(load=True)
    importlib.import_module("bench.__main__").main(arguments, prog_name="callboard bench")


@main.command("lint")
def run_lint() -> None:
    """Check the code and its configuration."""
    sys.exit(lint.run(terminal.say))


@main.command("lock")
@click.option("--upgrade", is_flag=True, help="Take the newest versions that pyproject.toml allows.")
def refresh_lock(upgrade: bool) -> None:
    """For developers: renew uv.lock from pyproject.toml."""
    lock.refresh(upgrade)
    terminal.say("uv.lock is up to date; the next ./callboard command installs what changed.")


def stack_of_home(report: Report = silent) -> Stack:
    """The stack that the environment asks for."""
    port = os.environ.get("CALLBOARD_HTTP_PORT")
    if port is not None and not port.isdecimal():
        raise click.UsageError(f"CALLBOARD_HTTP_PORT must be a port number, not {port}")
    return Stack(
        Home.from_environment().path,
        processes=PROCESSES,
        amqp_url=os.environ.get("CALLBOARD_AMQP_URL"),
        mongo_url=os.environ.get("CALLBOARD_MONGO_URL"),
        http_port=int(port) if port else None,
        preferred_http_port=GATEWAY_PORT,
        mailbox=not settings.letters_go_elsewhere(),
        report=report,
    )


def install_packages(browser: bool = False, promtool: bool = False, load: bool = False) -> None:
    """Install what our own servers need from the system, unless servers of the user do the work; and test tools."""
    lacking = packages.missing(
        broker="CALLBOARD_AMQP_URL" not in os.environ,
        database="CALLBOARD_MONGO_URL" not in os.environ,
        browser=browser,
        promtool=promtool,
        load=load,
    )
    if lacking:
        packages.install(lacking, terminal.say)
