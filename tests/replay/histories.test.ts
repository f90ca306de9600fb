import { readdirSync, readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../../worker/bundle.ts';

const folder = new URL('histories/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

interface History {
  events: {
    eventId: string;
    eventType: string;
    startChildWorkflowExecutionInitiatedEventAttributes?: { workflowId: string };
  }[];
}

const read = (file: string): History => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as History;

let bundle: { code: string };
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  bundle = await workflowBundle();
});

/** The first event carries the id that the workflow reads its journey from. */
const idOf = (history: History): string =>
  (history.events[0] as unknown as { workflowExecutionStartedEventAttributes: { workflowId: string } })
    .workflowExecutionStartedEventAttributes.workflowId;

/** Parsed here: the SDK's own reader fails with "type must be a Type" while npm installs protobufjs more than once. */
const replay = (history: History): Promise<void> =>
  Worker.runReplayHistory(
    { workflowBundle: bundle },
    proto.temporal.api.history.v1.History.fromObject(history),
    idOf(history),
  );

describe('a workflow that a release started goes on under this one', () => {
  it.each(files)('%s', async (file) => {
    await replay(read(file));
  });

  it('there is a history of each workflow', () => {
    expect(files.some((file) => file.startsWith('journey-'))).toBe(true);
    expect(files.some((file) => file.startsWith('outside-work-'))).toBe(true);
    expect(files.some((file) => file.startsWith('dispatch-'))).toBe(true);
  });

  it('a history that this program would not have written is refused', async () => {
    const history = read(files.find((file) => file.startsWith('journey-'))!);
    for (const event of history.events)
      if (event.startChildWorkflowExecutionInitiatedEventAttributes)
        event.startChildWorkflowExecutionInitiatedEventAttributes.workflowId = 'work/another';
    await expect(replay(history)).rejects.toThrow(/nondeterminism|determinism|TMPRL1100/iu);
  });
});
