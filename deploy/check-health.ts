// The health check of a container: asks the address given, and fails unless the answer is 2xx within four seconds.
const address = process.argv[2] ?? '';

try {
  const { ok, status } = await fetch(address, { signal: AbortSignal.timeout(4_000) });
  console.log(`${address}: ${status}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.log(`${address}: ${String(error)}`);
  process.exitCode = 1;
}
