// How the use of a mobile network spreads over the local day. Figures read from the bar charts of
// Sandvine, "The Mobile Internet Phenomena Report", 2021: relative volume per hour by kind of use,
// averaged over several large networks. Only the shape of a column is used, never its height: each
// is scaled to a mean of 1. What starts is taken to follow the volume, hour by hour.

/** Relative volume per hour, hour 0 first, as published. */
export const measuredColumns = {
  // biome-ignore format: six hours a line
  video: [
    1.5, 0.85, 0.95, 1, 1, 1,
    1.25, 1.3, 1.9, 1.9, 1.7, 1.7,
    2, 1.75, 2.05, 2.4, 2.3, 2.55,
    2.5, 2.2, 2.1, 2, 2, 1.7,
  ],
  // biome-ignore format: six hours a line
  youtube: [
    1.45, 0.75, 0.8, 0.9, 0.85, 0.8,
    1.3, 2, 1.95, 1.4, 1.5, 1.55,
    1.85, 1.85, 2.3, 2.25, 2.15, 1.9,
    2.35, 2.05, 1.8, 1.65, 1.95, 1.55,
  ],
  // biome-ignore format: six hours a line
  socialMedia: [
    0.75, 0.2, 0.2, 0.35, 0.3, 1,
    1.15, 1.5, 1.5, 1.7, 1.5, 1.8,
    1.85, 2.2, 2.35, 2.65, 2.6, 2.6,
    2.4, 1.7, 1.5, 1.6, 1.4, 1.3,
  ],
  // biome-ignore format: six hours a line
  messaging: [
    0.75, 0.3, 0.2, 0.25, 0.4, 0.8,
    0.95, 1.35, 1.4, 1.6, 1.55, 1.45,
    1.7, 2.15, 2.1, 2.15, 2.1, 2.5,
    1.6, 1.55, 1.35, 1.3, 1.1, 0.9,
  ],
  // biome-ignore format: six hours a line
  zoom: [
    0.1, 0.02, 0.3, 0.02, 0.05, 0.35,
    1.25, 0.3, 0.55, 0.55, 2.05, 2.6,
    1.7, 1.25, 0.95, 1.7, 0.5, 1.05,
    0.6, 2.1, 1.6, 0.25, 0.25, 0.3,
  ],
  // biome-ignore format: six hours a line
  gaming: [
    0.02405, 0.0117, 0.013, 0.0143, 0.01625, 0.0325,
    0.012, 0.012, 0.0145, 0.01425, 0.0145, 0.0155,
    0.0544, 0.0544, 0.06715, 0.06885, 0.06715, 0.07055,
    0.0481, 0.0429, 0.03965, 0.0351, 0.03575, 0.0299,
  ],
  // biome-ignore format: six hours a line
  web: [
    0.3848, 0.1872, 0.208, 0.2288, 0.26, 0.52,
    0.6096, 0.6096, 0.7366, 0.7239, 0.7366, 0.7874,
    0.7296, 0.7296, 0.9006, 0.9234, 0.9006, 0.9462,
    0.7696, 0.6864, 0.6344, 0.5616, 0.572, 0.4784,
  ],
} as const satisfies Record<string, readonly number[]>;

/** One value per hour of the day, with a mean of 1. */
export type HourlyShape = readonly number[];

const scaled = (column: readonly number[]): HourlyShape => {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  return column.map((value) => value / mean);
};

/** Hour by hour the mean of two shapes; its mean is 1 again. */
const between = (one: HourlyShape, other: HourlyShape): HourlyShape =>
  one.map((value, hour) => (value + (other[hour] ?? 0)) / 2);

const { video, youtube, socialMedia, messaging, zoom, gaming, web } = measuredColumns;

/**
 * The report has no column for calls and short messages. A call is a conversation: it takes the
 * mean of meetings (zoom: office hours and early evening) and of messaging. A short message is sent
 * when people write to each other: the mean of messaging and social media.
 */
export const hourlyShapes = {
  video: scaled(video),
  youtube: scaled(youtube),
  socialMedia: scaled(socialMedia),
  messaging: scaled(messaging),
  zoom: scaled(zoom),
  gaming: scaled(gaming),
  web: scaled(web),
  call: between(scaled(zoom), scaled(messaging)),
  shortMessage: between(scaled(messaging), scaled(socialMedia)),
} as const satisfies Record<string, HourlyShape>;

export type KindName = keyof typeof hourlyShapes;

/**
 * The shape at a second of the day. An hour's value stands at its middle, between two middles lies
 * a straight line: no step on the hour, and the day still sums to what the hours sum to.
 */
export const shapeAt = (shape: HourlyShape, secondOfDay: number): number => {
  const position = (secondOfDay / 3600 - 0.5 + 24) % 24;
  const hour = Math.floor(position);
  const here = shape[hour] ?? 0;
  const next = shape[(hour + 1) % 24] ?? 0;
  return here + (next - here) * (position - hour);
};
