// Where people call and where they travel, as weights by ISO 3166 country. Home is Germany.

export const homeCountry = "DE";
/** MCC and MNC of the network under test, in numbers' and in session identifiers' spelling. */
export const homeNetwork = "26201";
export const homeRealm = "mnc001.mcc262";

/**
 * Foreign residents, in thousands (Ausländerzentralregister, as dnevnik.hr reports after Focus): a
 * call abroad mostly goes to where the caller comes from.
 */
export const foreignResidents: Readonly<Record<string, number>> = {
  TR: 1520,
  UA: 1400,
  SY: 940,
  RO: 907,
  PL: 842,
  IT: 630,
  AF: 448,
  BG: 422,
  HR: 415,
  GR: 347,
  XK: 322,
  RS: 262,
  BA: 246,
  MK: 161,
};

/**
 * Destination of the main holiday of 100 travellers (Stiftung für Zukunftsfragen, Tourismusanalyse
 * 2018, for 2017). It counts Scandinavia (3.0) and Benelux (2.8) as one each; both are split
 * evenly.
 */
export const holidayDestinations: Readonly<Record<string, number>> = {
  ES: 13.7,
  IT: 7.7,
  AT: 3.9,
  TR: 3.6,
  HR: 3.3,
  GR: 3.1,
  FR: 2.9,
  PL: 1.8,
  DK: 1,
  SE: 1,
  NO: 1,
  NL: 1.4,
  BE: 1.4,
};

/**
 * How calls and messages abroad divide; the tail is every other numbering plan of the world,
 * evenly.
 */
export const abroadShares = { residents: 0.6, holidays: 0.3, tail: 0.1 } as const;

/** Of roamers, who is outside the holiday destinations; evenly over the other countries. */
export const roamingTailShare = 0.1;

/**
 * Subscribers who are abroad on a day: German SIM cards used 132.5 million GB abroad in the first
 * half of 2023, 2.9 % of the year's 9.1 billion halved (Bundesnetzagentur).
 */
export const roamingShare = 0.029;

/** Calls and messages to another country. No public figure was found: an assumption. */
export const internationalShare = 0.04;
/** Calls that go to a mobile number; the others go to fixed lines. An assumption. */
export const mobileCalledShare = 0.7;
