/** @returns a number of mainland China without `+86`, another one without `+`: what Chinese gateways expect */
export const withoutPlus = (e164: string): string => e164.replace(/^\+(?:86(?=1\d{10}$))?/u, '');
