import { defineConfig } from 'vitest/config';

/** Those with servers share one PostgreSQL and one Temporal; the others start neither. */
const project = (name: string, servers: boolean) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    ...(servers && {
      globalSetup: ['tests/support/global-setup.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // On a shared CI machine a real server may stall for seconds: such a test is tried once more there, and shown.
      retry: process.env['CI'] ? 1 : 0,
    }),
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    projects: [
      project('unit', false),
      project('property', false),
      project('integration', true),
      project('replay', true),
      project('browser', true),
    ],
  },
});
