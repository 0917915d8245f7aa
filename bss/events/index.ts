// The door of the events: what writes them, and what has them delivered.

export { appendEvents, type Stamp } from "./append-events.ts";
