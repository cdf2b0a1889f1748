"""How a template becomes HTML: the one environment, its filters, and the parts too small for a file of their own.

What a view shows are structs and strings, so templates read attributes and escape text without the detours that a
template engine takes for everything else: half of a page's time went there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # escape, without its wrapping

from wedsync.platform import formats
from wedsync.platform.assets import asset, icon_sprite

if TYPE_CHECKING:
    from wedsync.platform.pages import Moment

PACKAGE: Final = Path(__file__).resolve().parents[1]


def template_folders() -> dict[str, Path]:
    """Where each prefix is kept: "platform", then one per feature and per part of the operator's side."""
    folders = [*PACKAGE.glob("features/*/templates"), *PACKAGE.glob("operations/*/templates")]
    return {"platform": PACKAGE / "platform" / "templates"} | {each.parent.name: each for each in sorted(folders)}


@cache
def environment() -> HouseTemplates:
    """Build the one environment; strict, so a misspelt name fails instead of showing nothing."""
    loaders = {prefix: FileSystemLoader(path) for prefix, path in template_folders().items()}
    built = HouseTemplates(
        loader=PrefixLoader(loaders),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    built.globals.clear()  # what a template may use is its view's, or a filter
    built.filters.update(
        asset=asset,
        avatar=avatar,
        icon=icon,
        time=time,
        long_date=formats.long_date,
        short_date=formats.short_date,
        clock=formats.clock,
        moment=formats.moment,
        iso=formats.iso,
        number=formats.number,
        plural=formats.plural,
        relative_days=formats.relative_days,
        initials=formats.initials,
    )
    return built


def escaped(value: object) -> str:
    """Text as HTML; what is HTML already stays as it is. A plain string needs no wrapping to be joined to a page."""
    return escape_text(value) if type(value) is str else escape(value)


@cache
def icon(name: str) -> Markup:
    """Draw one picture of the sprite; decoration only, the words beside it carry the meaning."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(icon_sprite(), name)


def avatar(initials: str) -> Markup:
    """Draw somebody's initials; decoration only, their name stands beside it."""
    return Markup(f'<span class="avatar" aria-hidden="true">{escaped(initials)}</span>')  # noqa: S704 - escaped


def time(when: Moment) -> Markup:
    """Write an instant for people and for machines."""
    return Markup(f'<time datetime="{escaped(when.iso)}">{escaped(when.text)}</time>')  # noqa: S704 - escaped


class _Compiler(CodeGenerator):
    """Jinja's own, but an attribute is an attribute and text is escaped into plain strings."""

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - its visitor is named so
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: object) -> None:
        _ = node, frame, finalize
        self.write("environment.escaped(")


class HouseTemplates(Environment):
    """Always escapes."""

    code_generator_class: type[CodeGenerator] = _Compiler
    escaped = staticmethod(escaped)
