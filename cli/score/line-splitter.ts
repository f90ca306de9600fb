/** A line is answered as too long beyond this, so that memory stays bounded whatever comes in. */
export const longestLine = 1_000_000;

/** A line of text, or `null` for one that was longer than `longestLine` characters and has been dropped. */
export type SplitLine = string | null;

/** Cuts a stream of text into lines, holding at most one unfinished line. */
export class LineSplitter {
  #unfinished = '';
  #tooLong = false;
  #first = true;

  /** @returns the lines that this chunk completes, without their line ends */
  push(chunk: string): SplitLine[] {
    const pieces = chunk.split('\n');
    const rest = pieces.pop() ?? '';
    const lines = pieces.map((piece) => {
      this.#extend(piece);
      return this.#take();
    });
    this.#extend(rest);
    return lines;
  }

  /** @returns the last line, when the text did not end with a line end */
  end(): SplitLine[] {
    return this.#unfinished === '' && !this.#tooLong ? [] : [this.#take()];
  }

  #extend(piece: string): void {
    if (this.#tooLong) return;
    this.#unfinished += piece;
    if (this.#unfinished.length > longestLine) {
      this.#tooLong = true;
      this.#unfinished = '';
    }
  }

  #take(): SplitLine {
    let line: SplitLine = this.#tooLong ? null : this.#unfinished;
    this.#unfinished = '';
    this.#tooLong = false;
    if (line?.endsWith('\r')) line = line.slice(0, -1);
    // Spreadsheet programs begin a UTF-8 file with a byte order mark.
    if (this.#first && line?.startsWith('\uFEFF')) line = line.slice(1);
    this.#first = false;
    return line;
  }
}
