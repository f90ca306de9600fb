/** SQL: nothing came of the reply `i`, so that somebody has to read it. The same words as those of its index. */
export const forAPerson = `(i.outcome in ('to-be-read', 'nothing-asked') or i.outcome like 'refused:%')`;
