import type { OpenSocket, SocketBackend, SocketRefusal, SocketRequest } from "../socket/backend.js";

export class PlatformBackend implements SocketBackend {
  open(_request: SocketRequest): Promise<OpenSocket | SocketRefusal> {
    return Promise.reject(new Error("not yet"));
  }
}
