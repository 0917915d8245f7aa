// The door of the clock: what time it is for whoever does something, and how a test moves it.

export { advanceClock } from "./advance-clock.ts";
export { type Clock, type ClockOptions, openClock } from "./movable-clock.ts";
export { readClock } from "./read-clock.ts";
export { readGoal } from "./read-goal.ts";
export { clockRoutes } from "./routes.ts";
export { setClock } from "./set-clock.ts";
export type { ShownClock } from "./show-clock.ts";
export { openStoredClock, type StoredClock } from "./stored-clock.ts";
