"""Bookings: mine, one, and for staff those of an event or all."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import PARAMETERS, as_of
from query_api.booking_as_of import booking_then
from query_api.booking_list import Status, answer_bookings
from query_api.booking_shape import SELECT, booking_shape
from query_api.callers import STAFF, caller, require_staff
from query_api.conditions import Conditions
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.problems import BOOKING_NOT_FOUND
from query_api.reading import PointRead, begin, path_id
from resources.booking import Booking
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes
from runtime.http.pages import Page
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"], dependencies=DOCUMENTED)


@router.get(
    "",
    operation_id="ListMyBookings",
    summary="My bookings",
    response_model=Page[Booking],
    responses=read_answers(page=True),
)
async def list_my_bookings(request: Request, asked: Asked, status: Status = None) -> Response:
    """The caller's own, newest first."""
    me = caller(request)
    read = await begin(request, "bookings")
    conditions = Conditions()
    conditions.add("customer_id = {}", UUID(me.id))
    return await answer_bookings(read, conditions, status, asked)


@router.get(
    "/all",
    operation_id="ListAllBookings",
    summary="All bookings",
    response_model=Page[Booking],
    responses=read_answers(page=True, forbidden=True),
)
async def list_all_bookings(request: Request, asked: Asked, status: Status = None) -> Response:
    """For staff. Newest first."""
    require_staff(request)
    read = await begin(request, "bookings")
    return await answer_bookings(read, Conditions(), status, asked)


class OneBooking(NamedTuple):
    customer_id: str | None
    body: orjson.Fragment


def one_booking(row: Any, now: datetime) -> OneBooking:
    return OneBooking(row["customer_id"], orjson.Fragment(json_bytes(booking_shape(row, now))))


GET_BOOKING = PointRead(f"{SELECT} WHERE b.booking_id = ANY ($1)", "booking_id", one_booking)


@hot_route(
    router,
    "GET",
    "/{booking_id}",
    operation_id="GetBooking",
    summary="One booking",
    parameters=PARAMETERS,
    response_model=Booking,
    responses=read_answers(BOOKING_NOT_FOUND),
)
async def get_booking(request: Request) -> Response:
    """One's own, or any for staff. Somebody else's is not found, so that ids tell nothing.

    As of an earlier moment it is for whoever it belonged to then.
    """
    me = caller(request)
    booking_id = path_id(request, "booking_id", BOOKING_NOT_FOUND)
    when = as_of(request)
    if when is not None:
        return await booking_then(request, booking_id, when, me)
    read = await begin(request, "bookings")
    found = await read.found(BOOKING_NOT_FOUND, GET_BOOKING, booking_id)
    if found.customer_id != me.id and me.role not in STAFF:
        raise Problem(BOOKING_NOT_FOUND)
    return read.answer(found.body)
