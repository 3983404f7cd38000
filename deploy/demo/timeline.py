"""How the demo shows what happens: who takes part, and the milliseconds from a cause to each of its effects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deploy.demo.alliance import Alliance, Contract, Person
from deploy.demo.effects import Effects, milliseconds
from deploy.demo.engagement import Signed

INDENT = (0, 0, 0, 2)


def heading(out: Console, title: str, *more: str) -> None:
    """The beginning of a part."""
    out.print()
    out.print(Text.assemble((title, "bold"), ("".join(f"  ·  {each}" for each in more), "dim")))


def show_alliance(out: Console, alliance: Alliance, today: date) -> None:
    """Studios, people and productions."""
    heading(out, "The alliance", f"{len(alliance.studios)} studios", f"{len(alliance.people)} people")
    studios = _table("", "", "")
    for studio in alliance.studios.values():
        studios.add_row(studio.name, studio.city, Text(f"producer {studio.acting_as('producer').name}", "dim"))
    _print(out, studios)
    out.print()
    people = _table("", "", "", "~")
    for person in alliance.people.values():
        cities = ", ".join(alliance.studios[key].city for key in person.on_file)
        languages = ", ".join(language.tag for language in person.languages)
        people.add_row(
            person.names.legal,
            person.nationality,
            person.craft,
            _fitting(f"{languages}  ·  on file in {cities}", "dim"),
        )
    _print(out, people)
    heading(out, "Productions")
    productions = _table("", ">", "", "~")
    for production in alliance.productions.values():
        days = production.plan(today)
        productions.add_row(
            " ".join(filter(None, (production.title.zh, production.title.en))),
            f"{production.episodes} ep.",
            f"{days[0].date} – {max(day.date for day in days)}",
            _fitting(", ".join(production.platforms), "dim"),
        )
    _print(out, productions)


def show_engagements(out: Console, signed: Sequence[tuple[Signed, Person, Effects]]) -> None:
    """Executed contracts, with the milliseconds from the last signature to each effect."""
    heading(out, "Contracts signed", "milliseconds from the last signature to each effect")
    table = _table("performer", "", "~role", "fee", ">ledger", ">schedule", ">rights", head=True)
    for each, person, effects in signed:
        name, contract = person.names, each.contract
        effect_times = (
            milliseconds(each.signed_at, effects.entry["appended_at"]),
            milliseconds(each.signed_at, effects.booking["booked_at"]),
            *(milliseconds(each.signed_at, right["registered_at"]) for right in effects.rights),
        )
        cells = [str(ms) for ms in effect_times] + ["–"] * (3 - len(effect_times))
        table.add_row(name.legal, person.nationality, _fitting(contract.role), fee_of(contract), *cells)
    _print(out, table)


def fee_of(contract: Contract) -> str:
    """A fee for people, without cents where there are none."""
    amount = contract.fee.amount
    return (
        f"{contract.fee.currency} {int(amount):,}" if amount == int(amount) else f"{contract.fee.currency} {amount:,f}"
    )


class Steps:
    """A timeline that is told step by step."""

    def __init__(self, out: Console) -> None:
        self._out = out

    def step(self, milliseconds: int | None, what: str, text: str, style: str = "") -> None:
        """One step: when it was, counted from the cause, what it is, and in words. None: it is a cause itself."""
        when = f"{milliseconds:+,d} ms" if milliseconds is not None else "0 ms"
        line = Text.assemble(
            (f"  {when:>10}  ", "cyan" if milliseconds is not None else "bold"), (f"{what:<11}", style)
        )
        line.append(text, "" if milliseconds is not None else "bold")
        self._out.print(line)


def _table(*columns: str, head: bool = False) -> Table:
    """A table of columns: aligned to the right after `>`, the one to be cut when space is short after `~`."""
    table = Table(box=None, pad_edge=False, show_header=head, header_style="dim")
    for column in columns:
        table.add_column(
            column.lstrip(">~"),
            justify="right" if column.startswith(">") else "left",
            no_wrap=not column.startswith("~"),
        )
    return table


def _fitting(text: str, style: str = "") -> Text:
    """Text that is cut, not wrapped, where its column is too narrow."""
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _print(out: Console, table: Table) -> None:
    out.print(Padding(table, INDENT), soft_wrap=False)
