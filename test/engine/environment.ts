import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import { Project } from "./project.ts";

/** The numbers of the account that each test starts with. */
export const numbers = ["+15551230001", "+15551230002", "+15551230003"] as const;

type Options = SandboxOptions & { config?: Record<string, string> };

/** A fresh account and a project that is set up for it, for each test of a file. */
export const forEachTest = (options: Options = {}): Account => account(options, beforeEach, afterEach);

/** The same for all tests of a file or of a `describe` together: they tell one story, or look at one run. */
export const forAllTests = (options: Options = {}): Account => account(options, beforeAll, afterAll);

function account({ config, ...options }: Options, before: typeof beforeEach, after: typeof afterEach): Account {
  const current = {} as { sandbox: Sandbox; project: Project };

  before(async () => {
    current.sandbox = await startSandbox({ numbers: [...numbers], ...options });
    current.project = await Project.create({
      environment: { MINIVOICE_API_KEY: current.sandbox.portalKey, MINIVOICE_BASE_URL: current.sandbox.url },
      config: { "minivoice:capabilities": options.capabilities ?? "managed", ...config },
    });
  });

  after(async () => {
    await current.project?.remove();
    await current.sandbox?.close();
  });

  const didOf = async (number: string) =>
    (await current.sandbox.control.listNumbers()).find((candidate) => candidate.number === number);

  return Object.assign(current, {
    writes() {
      const { requests } = current.sandbox;
      return requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
    },
    forgetRequests() {
      current.sandbox.requests.length = 0;
    },
    async idOf(name: string) {
      const found = (await current.sandbox.control.listApplications()).find((candidate) => candidate.name === name);
      if (!found) throw new Error(`the account has no application "${name}"`);
      return found.id;
    },
    async pathOf(number: string) {
      return `/v1/dids/${(await didOf(number))?.id}`;
    },
    async live(number: string) {
      const did = await didOf(number);
      if (!did) return "gone";
      const names = new Map((await current.sandbox.control.listApplications()).map(({ id, name }) => [id, name]));
      return `${did.mode} ${did.applicationId ? names.get(did.applicationId) : "nobody"}`;
    },
  });
}

/** An account of the sandbox, and a project that works with it. */
interface Account {
  sandbox: Sandbox;
  project: Project;
  /** Requests that changed something, oldest first. */
  writes(): string[];
  forgetRequests(): void;
  /** The id of an application by its name in the account. */
  idOf(name: string): Promise<string>;
  /** Where the API has a number. */
  pathOf(number: string): Promise<string>;
  /** What the account says of a number, e.g. `webhook Support`, `reject nobody`. */
  live(number: string): Promise<string>;
}

/** Program text: an application and its webhook secret, as the variable `name`. */
export const application = (name: string, answerUrl = `https://example.com/${name}`): string => `
const ${name}Secret = new WebhookSecret("${name}");
const ${name} = new Application("${name}", {
  name: "${name}", answerUrl: "${answerUrl}", webhookUrl: "https://example.com/hooks", webhookSecret: ${name}Secret.value,
});
`;
