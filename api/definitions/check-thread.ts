import { parentPort, workerData } from 'node:worker_threads';
import { readAndCheck } from '../../authoring/read-definition.ts';

/** What a thread of its own does: a definition's sets of open steps take seconds to explore. */
parentPort?.postMessage(readAndCheck(String(workerData), { file: 'definition.yaml' }));
