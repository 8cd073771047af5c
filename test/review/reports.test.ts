import { describe, expect, test } from "@jest/globals";
import { render } from "../../src/review/render/index.ts";
import { rules } from "../../src/review/rules/index.ts";
import { changes } from "./changes.ts";
import { expectGolden } from "./golden.ts";
import { edited, reading, reviewed } from "./versions.ts";

const plain = { width: 100, colours: false };
const fileOf = (name: string, ending: string): string => `${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}.${ending}`;

describe("a report", () => {
  test.each(Object.keys(changes))("of %s is as somebody has read it", (name) => {
    expectGolden(fileOf(name, "md"), render((changes[name] as () => never)(), "markdown", plain));
  });

  test.each(["terminal", "html", "json"] as const)("has the same in the format %s", (format) => {
    const review = (changes["R2 a number rejected"] as () => never)();
    const text = render(review, format, plain).replace(/<style>.*?<\/style>/s, "<style></style>");
    expectGolden(fileOf("R2 a number rejected", format === "terminal" ? "txt" : format), text);
  });

  test.each(["markdown", "terminal", "html", "json"] as const)("shows no query of a URL in the format %s", (format) => {
    const before = reading({
      voice: edited(["flow: receptionist", "answerUrl: https://voice.example.com/answer?token=hush"]),
    });
    const after = reading({
      voice: edited(["flow: receptionist", "answerUrl: https://voice.example.com/answer?token=loud"]),
    });
    const moved = reading({
      voice: edited(
        ["flow: salesMenu", "answerUrl: https://voice.example.com/answer?token=hush"],
        ['"+15551240002": sales', '"+15551240002": support'],
      ),
    });
    for (const review of [reviewed(before, after), reviewed(before, moved)])
      expect(render(review, format, plain)).not.toMatch(/hush|loud/);
  });

  test("is there for every rule, and the rule is the one that is broken", () => {
    for (const { number } of rules) {
      const name = Object.keys(changes).find((change) => change.startsWith(`${number} `)) as string;
      const { exitCode, blocks } = (changes[name] as () => ReturnType<(typeof changes)[string]>)();
      expect({ name, exitCode }).toEqual({ name, exitCode: 3 });
      expect(blocks[0]?.rules.filter(({ status }) => status === "broken").map((rule) => rule.number)).toContain(number);
    }
  });
});
