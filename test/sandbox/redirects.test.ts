import { describe, expect, test } from "@jest/globals";
import { heard, line, type Received, sandboxWith } from "./account.ts";

describe("redirects", () => {
  test("stop at max_redirects, and at the sandbox's own limit", async () => {
    const sandbox = await sandboxWith({ assumptions: { maxRedirectsDefault: "5" } });
    let limit: number | undefined = 2;
    const { requests } = await line(sandbox, ({ url }) => ({
      actions: [{ type: "redirect", url: `${url.origin}/again`, ...(limit !== undefined && { max_redirects: limit }) }],
    }));
    const limited = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(limited.failure).toContain("this call has followed 2 already, and the limit is max_redirects 2");
    expect(requests("/again")).toHaveLength(2);

    limit = undefined;
    const endless = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(endless.failure).toContain("5 redirects, the sandbox's limit");
  });

  test("carry the digits in the query, in a form or in JSON, under the assumed names, and keep the URL's own query", async () => {
    const flow = ({ url }: Received) =>
      url.pathname === "/answer"
        ? { actions: [{ gather: {} }, { type: "redirect", url: `${url.origin}/next?step=2`, method: "POST" }] }
        : { actions: [{ say: { text: "Done." } }] };
    const sandbox = await sandboxWith();
    const { requests } = await line(sandbox, flow);
    const next = async (assumptions: Parameters<typeof sandbox.control.setAssumptions>[0]) => {
      await sandbox.control.setAssumptions(assumptions);
      await sandbox.control.placeCall({ to: "+15551230001", press: ["4"] });
      const request = requests("/next").at(-1);
      return { query: request?.url.search, type: request?.headers["content-type"], body: request?.body };
    };
    expect(await next({ answerParameters: "none" })).toMatchObject({ query: "?step=2&digits=4", body: "" });
    expect(await next({ digitsIn: "form", digitsName: "Digits" })).toEqual({
      query: "?step=2",
      type: "application/x-www-form-urlencoded",
      body: "Digits=4",
    });
    const json = await next({ digitsIn: "json", answerParameters: "call", callIdName: "callId" });
    expect(JSON.parse(json.body ?? "")).toEqual({
      callId: expect.any(String),
      from: expect.any(String),
      to: "+15551230001",
      Digits: "4",
    });
    await sandbox.control.setAssumptions({ answerMethod: "POST" });
    await sandbox.control.placeCall({ to: "+15551230001" });
    expect(requests("/answer").at(-1)).toMatchObject({ method: "POST", body: expect.stringContaining('"callId"') });
  });

  test("carry the digits once, or until the next gather; after silence nothing, or an empty text", async () => {
    const sandbox = await sandboxWith();
    const { requests } = await line(sandbox, ({ url }) => {
      const to = { "/answer": "/first", "/first": "/second" }[url.pathname];
      const gather = url.pathname === "/answer" ? [{ gather: {} }] : [];
      return { actions: [...gather, ...(to ? [{ type: "redirect", url: url.origin + to }] : [])] };
    });
    const digits = async (press: string[]) => {
      await sandbox.control.placeCall({ to: "+15551230001", press });
      return ["/first", "/second"].map((path) => requests(path).at(-1)?.url.searchParams.get("digits"));
    };
    expect(await digits(["4"])).toEqual(["4", null]);
    expect(await digits([""])).toEqual([null, null]);
    await sandbox.control.setAssumptions({ digitsKept: "until-next-gather", silentDigits: "empty" });
    expect(await digits(["4"])).toEqual(["4", "4"]);
    expect(await digits([""])).toEqual(["", ""]);
  });

  test("follow HTTP redirects where max_redirects means those", async () => {
    const sandbox = await sandboxWith({ assumptions: { maxRedirectsCounts: "http" } });
    let hops = 2;
    await line(sandbox, ({ url: { pathname, origin } }) => {
      const next = { "/answer": undefined, "/a": "/b", "/b": "/c" }[pathname];
      if (next) return new Response(null, { status: 307, headers: { location: next } });
      const redirect = { type: "redirect", url: `${origin}/a`, max_redirects: hops };
      return { actions: pathname === "/answer" ? [redirect] : [{ say: { text: "Found." } }] };
    });
    expect(heard(await sandbox.control.placeCall({ to: "+15551230001" }))).toEqual(["Found."]);
    hops = 1;
    expect((await sandbox.control.placeCall({ to: "+15551230001" })).failure).toContain("status 307");
  });
});
