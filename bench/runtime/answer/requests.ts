import type { LambdaFunctionURLEvent } from "aws-lambda";
import { functionUrlEvent } from "../../../test/functions/function-url-event.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };
const typed = (fields: Record<string, unknown>) => JSON.stringify({ call_id: "call_123", ...fields });

/** Everything that a call to the receptionist can ask; all contenders answer it alike. */
export const requests: Readonly<Record<string, LambdaFunctionURLEvent>> = {
  start: functionUrlEvent({ path: "/answer/support?call_id=call_123" }),
  "start with POST": functionUrlEvent({ method: "POST", path: "/answer/support", headers: json, body: typed({}) }),
  "a key in the query": functionUrlEvent({ path: "/answer/support/menu.1?digits=1&call_id=call_123" }),
  "a key in a form": functionUrlEvent({
    method: "POST",
    path: "/answer/support/menu.1",
    headers: form,
    body: Buffer.from("digits=1&call_id=call_123"),
  }),
  "a key in JSON": functionUrlEvent({
    method: "POST",
    path: "/answer/support/menu.1",
    headers: json,
    body: typed({ digits: "1" }),
  }),
  "a wrong key": functionUrlEvent({ path: "/answer/support/menu.1?digits=7&call_id=call_123" }),
  "a wrong key again": functionUrlEvent({ path: "/answer/support/menu.2?digits=7&call_id=call_123" }),
  "a right key after a wrong one": functionUrlEvent({ path: "/answer/support/menu.2?digits=1&call_id=call_123" }),
  silence: functionUrlEvent({ path: "/answer/support/menu.1?call_id=call_123" }),
  "silence after a wrong key": functionUrlEvent({ path: "/answer/support/menu.2?call_id=call_123" }),
  "JSON that ends too early": functionUrlEvent({
    method: "POST",
    path: "/answer/support/menu.1",
    headers: json,
    body: '{"digits":"1',
  }),
  "an unknown choice": functionUrlEvent({ path: "/answer/support/menu.3?digits=1" }),
  "an unknown application": functionUrlEvent({ path: "/answer/nobody" }),
};
