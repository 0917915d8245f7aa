// Where tariffs switch, and where programs go wrong: clock changes, ends of days and months, the
// 29th of February, in zones of whole and of odd hours.

export type Moment = { readonly timeZone: string; readonly at: number; readonly what: string };

const moment = (timeZone: string, instant: string, what: string): Moment => ({
  timeZone,
  at: Date.parse(instant),
  what,
});

const berlin = "Europe/Berlin";
const newYork = "America/New_York";
const kolkata = "Asia/Kolkata";
const lordHowe = "Australia/Lord_Howe";

export const moments: readonly Moment[] = [
  moment(berlin, "2027-03-28T01:00:00Z", "clocks skip from 2 to 3"),
  moment(berlin, "2027-10-31T01:00:00Z", "clocks show 2 to 3 twice"),
  moment(berlin, "2027-01-31T23:00:00Z", "a month ends"),
  moment(berlin, "2027-07-09T22:00:00Z", "a Friday ends"),
  moment(berlin, "2028-02-28T23:00:00Z", "29 February begins"),
  moment(berlin, "2028-02-29T23:00:00Z", "29 February ends"),
  moment(berlin, "2027-12-24T23:00:00Z", "Christmas begins"),
  moment(newYork, "2027-03-14T07:00:00Z", "clocks skip from 2 to 3"),
  moment(newYork, "2027-11-07T06:00:00Z", "clocks show 1 to 2 twice"),
  moment(newYork, "2027-05-01T04:00:00Z", "a month ends"),
  moment(newYork, "2028-03-01T05:00:00Z", "29 February ends"),
  moment(kolkata, "2027-06-30T18:30:00Z", "a month ends"),
  moment(kolkata, "2027-08-15T06:40:00Z", "an ordinary noon"),
  moment(kolkata, "2028-02-29T18:30:00Z", "29 February ends"),
  moment(lordHowe, "2027-04-03T15:00:00Z", "clocks go back by half an hour"),
  moment(lordHowe, "2027-10-02T15:30:00Z", "clocks go ahead by half an hour"),
  moment(lordHowe, "2027-07-31T13:30:00Z", "a month ends"),
  moment(lordHowe, "2027-12-31T13:00:00Z", "a year ends"),
];
