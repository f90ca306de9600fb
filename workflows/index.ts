/** Everything that a worker can run. Temporal takes each exported function for a workflow. */
export { dispatchMessages } from './dispatch.ts';
export { journey } from './journey.ts';
export { outsideWork } from './outside-work.ts';
