/** Parameters of the Systems Manager. They are resources, so the state file, which is for its owner alone, holds them. */
import { randomBytes } from "node:crypto";
import { DEFAULT_KEY, keyOf } from "../resources/parameter.ts";
import type { ServiceCall, ServiceResponse } from "./gateway/service.ts";
import { failure } from "./gateway/service.ts";
import type { StateStore, StoredResource } from "./state.ts";

export const PARAMETER_TYPE = "aws:ssm/parameter:Parameter";
const MAX_NAMES = 10;

/** A parameter's name, and the version that is asked for. */
interface Selection {
  readonly name: string;
  readonly selector: string | undefined;
}

/** Reads parameters. */
export class Parameters {
  readonly #state: StateStore;

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** The ARN of the key that a parameter is encrypted with; `undefined` for plain values and for the account's own key. */
  keyArn(nameOrArn: unknown, keys: (id: string) => string): string | undefined {
    const inputs = this.#find(nameOrArn)?.inputs;
    const key = inputs && String(keyOf(inputs));
    if (!key || key === DEFAULT_KEY) return undefined;
    return key.startsWith("arn:") ? key : keys(key);
  }

  /** Answers one operation of the SSM API. */
  async answer({ operation, input }: ServiceCall): Promise<ServiceResponse> {
    if (operation === "GetParameter") return this.#getParameter(input);
    if (operation === "GetParameters") return this.#getParameters(input);
    return failure(
      "UnknownOperationException",
      `${operation} is not implemented by the local AWS. Implemented: GetParameter, GetParameters.`,
    );
  }

  #getParameter({ Name, WithDecryption }: ServiceCall["input"]): ServiceResponse {
    const found = this.#find(Name);
    if (!found) return failure("ParameterNotFound", "");
    const { name, selector } = selectionOf(Name);
    if (selector !== undefined && selector !== String(found.attributes.version)) {
      return failure(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    }
    return { status: 200, body: { Parameter: shown(found, WithDecryption === true, selector) } };
  }

  #getParameters({ Names, WithDecryption }: ServiceCall["input"]): ServiceResponse {
    const names = Array.isArray(Names) ? [...new Set(Names.map(String))] : [];
    if (names.length === 0 || names.length > MAX_NAMES) {
      return failure("ValidationException", `Names must hold 1 to ${MAX_NAMES} names, and holds ${names.length}.`);
    }
    const answers = names.map((name) => ({ name, body: this.#getParameter({ Name: name, WithDecryption }).body }));
    return {
      status: 200,
      body: {
        Parameters: answers.flatMap(({ body }) => ("Parameter" in body ? [body.Parameter] : [])),
        InvalidParameters: answers.flatMap(({ name, body }) => ("Parameter" in body ? [] : [name])),
      },
    };
  }

  #find(nameOrArn: unknown): StoredResource | undefined {
    const { name } = selectionOf(nameOrArn);
    const find = (key: string) => this.#state.resource(PARAMETER_TYPE, key);
    // The ARN of a name with slashes has none at the beginning.
    return find(name) ?? find(`/${name}`);
  }
}

/** Reads `name`, `name:version` or an ARN. */
export function selectionOf(text: unknown): Selection {
  const name = String(text).replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/?/, "");
  const [path = "", selector] = name.split(":");
  return { name: path, selector };
}

function shown({ id, inputs, attributes }: StoredResource, decrypted: boolean, selector: string | undefined) {
  const secure = inputs.type === "SecureString";
  return {
    Name: id,
    Type: inputs.type,
    Value: secure && !decrypted ? ciphertext() : inputs.value,
    Version: attributes.version,
    LastModifiedDate: Date.parse(String(attributes.lastModified)) / 1000,
    ARN: attributes.arn,
    DataType: inputs.dataType,
    ...(selector !== undefined && { Selector: `:${selector}` }),
  };
}

/** Nobody can read it, as in AWS: without decryption a secure string is of no use. */
function ciphertext(): string {
  return `AQICAH${randomBytes(90).toString("base64")}`;
}
