// What is made once, with the image: the database client, and the workflows' bundle, which takes seconds to make.
import { generatePrismaClient } from '../scripts/generate-prisma-client.mjs';
import { workflowBundle } from '../worker/bundle.ts';

await generatePrismaClient();
const { code } = await workflowBundle();
console.log(`workflow bundle: ${(code.length / 1e6).toFixed(1)} MB`);
