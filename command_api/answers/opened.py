"""Answers in which people's names are opened, where they leave us."""

from starlette.responses import Response

from command_api.lifespan_state import CommandServices


async def opened(services: CommandServices, answer: Response) -> Response:
    """The same answer, with everything opened that was encrypted for somebody."""
    body = await services.keyring.opened_json(bytes(answer.body))
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(body, answer.status_code, headers=headers)
