/** One line for a person: Chinese first, English after. Goes to stderr, so that a command's own output stays clean. */
export function say(zh, en) {
  process.stderr.write(`${zh} / ${en}\n`);
}

/** An error whose message is meant for the person at the terminal, without a stack. */
export class PlainError extends Error {
  constructor(zh, en) {
    super(`${zh}\n${en}`);
    this.name = 'PlainError';
  }
}

/**
 * Says that something long is still going on: in place once a second on a terminal, else one line every 15 s.
 * @param {() => string} text what to show after the elapsed seconds
 * @returns {() => void} call it when the work is over
 */
export function showProgress(zh, en, text = () => '') {
  const from = Date.now();
  const seconds = () => Math.round((Date.now() - from) / 1000);
  say(`${zh} …`, `${en} …`);
  const terminal = process.stderr.isTTY;
  const timer = setInterval(
    () => {
      const line = `  ${seconds()} s ${text()}`;
      process.stderr.write(terminal ? `\r${line}\u001b[K` : `${line}\n`);
    },
    terminal ? 1000 : 15_000,
  );
  timer.unref();
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write('\r\u001b[K');
  };
}
