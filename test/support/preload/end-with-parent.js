// Loaded into a server under test. When the test process dies, however hard, the channel to it closes,
// and no server is left behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();
