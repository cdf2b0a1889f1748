"""The house as a browser or a program meets it: one way in, one way out, one voice for refusals."""

from wedsync.platform.http.answers import drawn, json_answer, keep_signed_in, see_other, sign_out_here
from wedsync.platform.http.app import HandlerLike, build_app
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.routes import OPEN, Declaration, Route, declares, routes_of
from wedsync.platform.http.services import Services

__all__ = [
    "OPEN",
    "Body",
    "Declaration",
    "Exchange",
    "HandlerLike",
    "Route",
    "Services",
    "build_app",
    "declares",
    "drawn",
    "json_answer",
    "keep_signed_in",
    "routes_of",
    "see_other",
    "sign_out_here",
]
