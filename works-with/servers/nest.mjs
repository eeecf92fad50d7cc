import "reflect-metadata";
import { Controller, Headers, Module, Sse } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { from } from "rxjs";
import { itemsAfter, port } from "./feed.mjs";

class FeedController {
  events(lastEventId) {
    return from(messages(lastEventId));
  }
}

class AppModule {}

async function* messages(lastEventId) {
  for await (const item of itemsAfter(lastEventId)) yield { id: String(item.n), data: item };
}

// The decorators as calls, because Node runs this file as it is.
const { prototype } = FeedController;
Headers("last-event-id")(prototype, "events", 0);
Sse("events")(prototype, "events", Object.getOwnPropertyDescriptor(prototype, "events"));
Controller()(FeedController);
Module({ controllers: [FeedController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ["error"] });
await app.listen(port, "127.0.0.1");
