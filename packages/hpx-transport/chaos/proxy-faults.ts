import { type FaultPlan, randomFaults } from "hpx-transport/testing";
import type { Chance } from "./chance.js";

/** About as many bytes as the status line and headers of a response have. */
const HEAD = 200;

/** What the next connection of a lane is in for. */
export interface LanePlan {
  readonly plan: FaultPlan;
  /** It ends at the door, so it cannot deliver anything. */
  readonly barren: boolean;
  /** Nothing in it ends the connection. */
  readonly endless: boolean;
}

/** Plans for the connections of one lane, in the order of their coming. */
export function lanePlans(seed: number, chance: Chance): (connection: number) => LanePlan {
  const random = randomFaults({ seed, healthy: 0.1, bytes: 16_384, ms: 60 });
  /** Connections that an outage will still take. */
  let outage = 0;
  return (connection) => {
    if (outage === 0 && chance.oneIn(15)) outage = chance.between(2, 5);
    if (outage > 0) {
      outage -= 1;
      return judged({ fault: chance.oneIn(2) ? "cut" : "reset", after: 0 });
    }
    if (chance.oneIn(12)) {
      const fault = chance.weighted({ cut: 1, reset: 1, stall: 1 });
      // Somewhere in the request.
      return judged({ fault, after: chance.between(1, 200), from: "client" });
    }
    return judged(chance.oneIn(2) ? pastTheHead(random(connection)) : random(connection));
  };
}

/** Half of what chance draws would end in the headers of the response. */
function pastTheHead(plan: FaultPlan): FaultPlan {
  return [plan].flat().map((fault) => ("after" in fault ? { ...fault, after: fault.after + HEAD } : fault));
}

function judged(plan: FaultPlan): LanePlan {
  const faults = [plan].flat();
  const barren = faults.some(
    (fault) => fault.fault === "refuse" || ("after" in fault && fault.after === 0 && fault.fault !== "stall"),
  );
  return { plan, barren, endless: !barren && !faults.some((fault) => "after" in fault) };
}
