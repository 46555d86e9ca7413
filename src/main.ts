// The command: `start` runs the relay, every other verb is a client of it and loads nothing else.

const OLDEST_NODE = 26;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `easymail: Node ${process.versions.node} is too old; start with bin/easymail, which has its own\n`,
  );
  process.exitCode = 1;
} else {
  const args = process.argv.slice(2);
  if (args[0] === 'start' && !args.some((one) => one === '--help' || one === '-h')) {
    const { start } = await import('./start/start.ts');
    await start(args.slice(1));
  } else {
    const { runCli } = await import('./control/cli/main.ts');
    process.exitCode = await runCli(args);
  }
}
