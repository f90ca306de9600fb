import { createInterface } from 'node:readline/promises';

/** @returns true when the person at the terminal says yes; anything else is no */
export async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`\n${question} [y/N] `);
    return /^(y|yes|是|好)$/iu.test(answer.trim());
  } finally {
    terminal.close();
  }
}
