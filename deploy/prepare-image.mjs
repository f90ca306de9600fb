// What is made once, with the image: the workflows' bundle, which takes seconds to make.
import { workflowBundle } from '../worker/bundle.ts';

const { code } = await workflowBundle();
console.log(`workflow bundle: ${(code.length / 1e6).toFixed(1)} MB`);
