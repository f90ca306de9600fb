// Bundles the workflows as the worker does; a Node built-in or anything else that the sandbox forbids fails here.
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
});
console.log(`workflow bundle: ${(code.length / 1e6).toFixed(1)} MB`);
