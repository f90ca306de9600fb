import { z } from 'zod';

/** A text that a person reads, Chinese first. */
export const localizedSchema = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Localized = z.infer<typeof localizedSchema>;

export const locales = ['zh', 'en'] as const;
export type Locale = (typeof locales)[number];

/** @returns a text for a person, Chinese first */
export const say = (zh: string, en: string): Localized => ({ zh, en });
