// Loaded into the processes that `npm start` runs: when it is killed without a word, they end too.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
