import { Annotation, StateGraph } from "@langchain/langgraph";

let calls = 0;

/** A run of 20 events, with a count of the runs that were started. */
export const graph = new StateGraph(Annotation.Root({ done: Annotation() }))
  .addNode("count", async (_state, { writer }) => {
    calls += 1;
    for (let n = 1; n <= 20; n += 1) {
      writer({ n, calls });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { done: true };
  })
  .addEdge("__start__", "count")
  .compile();
