// The Gregorian calendar as arithmetic on days since 1970: dates without a zone and without a
// clock. Years begin in March here, so that the leap day comes last (Howard Hinnant,
// https://howardhinnant.github.io/date_algorithms.html).

/** `month` and `day` count from 1. */
export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

export const dayMs = 86_400_000;

const daysPerCycle = 146_097; // 400 years, after which the calendar repeats
const marchEpoch = 719_468; // days from 1 March of the year 0 to 1970

export const isLeapYear = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

export const daysSince1970 = ({ year, month, day }: CivilDate): number => {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * marchYear + leapDays + dayOfYear - marchEpoch;
};

/** The inverse of `daysSince1970`. */
export const dateOfDay = (days: number): CivilDate => {
  const cycle = Math.floor((days + marchEpoch) / daysPerCycle);
  const dayOfCycle = days + marchEpoch - cycle * daysPerCycle;
  const leapDays =
    Math.floor(dayOfCycle / 1_460) -
    Math.floor(dayOfCycle / 36_524) +
    Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365);
  const dayOfYear =
    dayOfCycle - 365 * yearOfCycle - Math.floor(yearOfCycle / 4) + Math.floor(yearOfCycle / 100);
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: 400 * cycle + yearOfCycle + (month > 2 ? 0 : 1),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
};

/** As ISO 8601 counts: 1 is Monday, 7 Sunday. 1 January 1970 was a Thursday. */
export const weekdayOf = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1;
