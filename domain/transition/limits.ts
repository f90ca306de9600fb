/** How far ahead a person may put off a clock; beyond, the promise would be kept in name only. */
export const maximumPauseDays = 180;
export const maximumAcknowledgementDays = 14;
export const maximumExtensionDays = 366;
