"""An echo server on the package websockets, with a few commands. Its port is the first argument."""
import asyncio
import http
import sys

import websockets


async def serve(socket, _path):
    async for message in socket:
        command = message if isinstance(message, str) else ""
        if command.startswith("close:"):
            _, code, reason = command.split(":", 2)
            await socket.close(int(code), reason)
            return
        if command == "ping":
            await (await socket.ping(b"probe"))
            await socket.send("the pong came")
        elif command.startswith("fragments:"):
            await socket.send(list(command))
        elif command == "cut":
            socket.transport.abort()
        else:
            await socket.send(message)


async def refuse(path, _headers):
    if path.startswith("/refuse"):
        return http.HTTPStatus.FORBIDDEN, [("Retry-After", "7")], b"no entry\n"
    return None


async def main():
    port = int(sys.argv[1])
    async with websockets.serve(
        serve, "127.0.0.1", port, subprotocols=["chat"], process_request=refuse, max_size=None
    ):
        print("listening", flush=True)
        await asyncio.Future()


asyncio.run(main())
