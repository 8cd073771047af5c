import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byNumber, foldNumbers } from "../../../src/review/changes/number-ranges.ts";

const number = fc.bigInt({ min: 1_000_000n, max: 999_999_999_999_999n }).map((digits) => `+${digits}`);

describe("folding numbers", () => {
  test("joins those that follow one another, of one length only", () => {
    const numbers = ["+15551230001", "+15551230002", "+15551230003", "+15551230009", "+9999999", "+10000000"];
    expect(foldNumbers(numbers.sort(byNumber))).toEqual([
      { first: "+9999999", last: "+9999999", count: 1 },
      { first: "+10000000", last: "+10000000", count: 1 },
      { first: "+15551230001", last: "+15551230003", count: 3 },
      { first: "+15551230009", last: "+15551230009", count: 1 },
    ]);
  });

  test("tells the longest numbers apart", () => {
    expect(foldNumbers(["+999999999999997", "+999999999999998", "+999999999999999"])).toHaveLength(1);
    expect(foldNumbers(["+999999999999997", "+999999999999999"])).toHaveLength(2);
  });

  test("loses none and adds none", () => {
    const near = fc.integer({ min: 1, max: 60 }).map((index) => `+1555${1_230_000 + index}`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(number, near), { maxLength: 60 }), (given) => {
        const sorted = given.sort(byNumber);
        const unfolded = foldNumbers(sorted).flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, index) => `+${BigInt(first) + BigInt(index)}`),
        );
        expect(unfolded).toEqual(sorted);
      }),
    );
  });
});
