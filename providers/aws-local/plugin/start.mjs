/** Starts the plugin, unless Node is too old to read it. */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `The local AWS needs Node 22.18 or newer, found ${process.versions.node}. Run Pulumi through \`npm run pulumi\`.`,
  );
  process.exit(1);
}
import("./main.ts");
