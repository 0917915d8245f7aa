// What is delivered of an event: TMF630's notification. Put together as text, because the resource
// is JSON already.

export type OutboxEvent = {
  readonly id: string;
  /** ms since 1970. */
  readonly at: number;
  readonly eventType: string;
  readonly domain: string;
  readonly resourceName: string;
  readonly resourceId: string;
  readonly correlationId: string;
  /** JSON. */
  readonly resource: string;
};

export const eventBody = (event: OutboxEvent): string => {
  const { id, at, eventType, domain, resourceName, resourceId, correlationId, resource } = event;
  const around = JSON.stringify({
    eventId: id,
    eventTime: new Date(at).toISOString(),
    eventType,
    correlationId,
    domain,
    title: titleOf(eventType),
    description: `${titleOf(eventType)}: ${resourceName} ${resourceId}`,
    priority: "normal",
  });
  return `${around.slice(0, -1)},"event":{${JSON.stringify(resourceName)}:${resource}}}`;
};

/** `ProductOfferingCreateEvent`: "Product offering create event". */
const titleOf = (eventType: string): string => {
  const words = eventType.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
