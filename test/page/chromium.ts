import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/**
 * Starts the Chromium of this machine: `CHROMIUM`, else the first one on `PATH`.
 *
 * @throws Error that says how to get one.
 */
export async function openChromium(): Promise<Browser> {
  const { CHROMIUM, PATH = "" } = process.env;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const executablePath = (CHROMIUM ? [CHROMIUM] : onPath).find((file) => existsSync(file));
  if (!executablePath)
    throw new Error(
      `there is no Chromium ${CHROMIUM ? `at CHROMIUM=${CHROMIUM}` : "on PATH"}: install it (on Debian: apt-get install chromium), or set CHROMIUM to its path`,
    );
  // Its sandbox needs rights that a container's root does not have; what it opens here is our own file.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}
