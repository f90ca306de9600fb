/** How far ahead a person may put off a clock; beyond, the promise would be kept in name only. */
export const maximumPauseDays = 180;
/** Without a reason. */
export const maximumAcknowledgementDays = 14;
/**
 * How long acknowledgements may keep a ladder silent after the due date, all of one cycle together. Confirm: a
 * proposal, until a district says how long an overdue resident may be somebody's private knowledge.
 */
export const maximumSilenceDays = 30;
export const maximumExtensionDays = 366;
/** An appointment further ahead is a slip of the keyboard, and would silence the step until then. */
export const maximumAppointmentDays = 400;
/** An appointment may be entered after the fact, but not by more than this. */
export const latestAppointmentEntryDays = 1;
