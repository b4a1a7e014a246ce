"""Every statistic there is."""

from fastapi import APIRouter

from query_api.statistics import (
    customers,
    event_revenue,
    event_statistics,
    occupancy,
    overview,
    revenue,
    sales,
    venue_occupancy,
)

ROUTERS: tuple[APIRouter, ...] = (
    overview.router,
    revenue.router,
    sales.router,
    occupancy.router,
    customers.router,
    event_revenue.router,
    event_statistics.router,
    venue_occupancy.router,
)
