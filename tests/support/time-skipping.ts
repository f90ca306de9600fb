import { TestWorkflowEnvironment } from '@temporalio/testing';
import { testServerPath } from '../../local/binaries.ts';

/**
 * A Temporal server of its own whose clock jumps to the next timer while a test sleeps through it
 * (`environment.sleep`). It does not skip while an Update is awaited (temporalio/sdk-typescript#1549).
 * Call `teardown()` when done.
 */
export const timeSkippingEnvironment = (): Promise<TestWorkflowEnvironment> =>
  TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServerPath() } },
  });
