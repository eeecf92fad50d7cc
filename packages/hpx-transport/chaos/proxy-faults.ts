import { type FaultPlan, randomFaults } from "hpx-transport/testing";
import type { Rng } from "./rng.js";

/** About as many bytes as the status line and headers of a response have. */
const HEAD = 200;

/** The plan for the next connection of a lane. */
export interface LanePlan {
  readonly plan: FaultPlan;
  /** The proxy ends it before the first byte, so it cannot deliver an event. */
  readonly eventless: boolean;
  /** No fault of the plan ends the connection. */
  readonly endless: boolean;
}

/** Plans for the connections of one lane, in their order. */
export function lanePlans(seed: number, rng: Rng): (connection: number) => LanePlan {
  const random = randomFaults({ seed, healthy: 0.1, bytes: 16_384, ms: 60 });
  /** The number of connections for which an outage still lasts. */
  let outage = 0;
  return (connection) => {
    if (outage === 0 && rng.oneIn(15)) outage = rng.between(2, 5);
    if (outage > 0) {
      outage -= 1;
      return judged({ fault: rng.oneIn(2) ? "cut" : "reset", after: 0 });
    }
    if (rng.oneIn(12)) {
      const fault = rng.weighted({ cut: 1, reset: 1, stall: 1 });
      // A position in the request.
      return judged({ fault, after: rng.between(1, 200), from: "client" });
    }
    return judged(rng.oneIn(2) ? pastTheHead(random(connection)) : random(connection));
  };
}

/** Moves faults behind the headers of the response, where half of the random plans would end. */
function pastTheHead(plan: FaultPlan): FaultPlan {
  return [plan].flat().map((fault) => ("after" in fault ? { ...fault, after: fault.after + HEAD } : fault));
}

function judged(plan: FaultPlan): LanePlan {
  const faults = [plan].flat();
  const eventless = faults.some(
    (fault) => fault.fault === "refuse" || ("after" in fault && fault.after === 0 && fault.fault !== "stall"),
  );
  return { plan, eventless, endless: !eventless && !faults.some((fault) => "after" in fault) };
}
