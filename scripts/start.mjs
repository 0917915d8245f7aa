// `npm start`: the first file that runs in a fresh clone, so it is plain JavaScript that even an
// old Node can parse. It only checks the version of Node; everything else is imported afterwards.

const nodeVersionMin = [20, 20];
const found = process.versions.node.split(".").map(Number);
const isOldNode =
  found[0] < nodeVersionMin[0] || (found[0] === nodeVersionMin[0] && found[1] < nodeVersionMin[1]);

if (isOldNode) {
  process.stderr.write(
    `tollgate: this is Node ${process.versions.node}; Tollgate needs ${nodeVersionMin.join(".")} ` +
      "or later. Install it from https://nodejs.org and start again.\n",
  );
  process.exit(1);
}

const bootstrap = await import("./bootstrap/main.mjs");
await bootstrap.main(process.argv.slice(2));
