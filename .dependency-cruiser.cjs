/** The arrows of the house: which folder may use which. `npm run lint` fails when one points the wrong way. */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "api-knows-no-engine-and-no-lifecycle",
      severity: "error",
      from: { path: "^providers/minivoice/api/" },
      to: {
        path: "@pulumi|^providers/minivoice/(lifecycle|resources|data-sources|provider)|^(infra|src)/",
        reachable: true,
      },
    },
    {
      name: "lifecycle-knows-no-engine",
      severity: "error",
      from: { path: "^providers/minivoice/lifecycle/" },
      to: { path: "@pulumi|^providers/minivoice/(resources|data-sources|provider)|^(infra|src)/", reachable: true },
    },
    {
      name: "the-provider-package-stands-alone",
      severity: "error",
      from: { path: "^providers/minivoice/" },
      to: { path: "^(infra|src|test|providers/aws-local)/" },
    },
    {
      name: "functions-run-without-pulumi-and-cli",
      severity: "error",
      from: { path: "^src/functions/", pathNot: "^src/functions/drift-watch" },
      to: { path: "@pulumi|^src/(cli|sandbox|verify|doctor|review|drift)/|^infra/|^providers/", reachable: true },
    },
    {
      name: "the-watch-compares-as-the-command-does",
      comment:
        "The one function that reads the account: with the client and the comparison of `minivoice drift`, and no more.",
      severity: "error",
      from: { path: "^src/functions/drift-watch" },
      to: {
        path: "@pulumi|^src/(cli|sandbox|verify|doctor|review)/|^infra/|^providers/(aws-local|minivoice/(resources|data-sources|provider|index))",
        reachable: true,
      },
    },
    {
      name: "flows-are-data",
      severity: "error",
      from: { path: "^src/(call-flow|flows|webhooks)/" },
      to: {
        path: "@pulumi|^src/(cli|sandbox|functions|verify|doctor|review|drift)/|^infra/|^providers/",
        reachable: true,
      },
    },
    {
      name: "the-sandbox-knows-no-client",
      comment: "The simulator follows the contract, not the client that is tested against it.",
      severity: "error",
      from: { path: "^src/sandbox/" },
      to: { path: "^providers/|^infra/|^src/(cli|functions|flows|verify|doctor)/|@pulumi" },
    },
    {
      name: "reviews-know-no-engine",
      comment: "Two versions of the code are compared without running the program of either.",
      severity: "error",
      from: { path: "^src/review/" },
      to: { path: "@pulumi|^src/(cli|sandbox|functions|drift)/|^providers/aws-local/", reachable: true },
    },
    {
      name: "aws-local-stands-beside",
      severity: "error",
      from: { path: "^providers/aws-local/" },
      to: { path: "^providers/minivoice/|^infra/|^src/(?!background/)" },
    },
    {
      name: "diagrams-are-laid-out-on-demand",
      comment: "The layout engine has 8 MB: one file loads it, when somebody draws.",
      severity: "error",
      from: { pathNot: "^test/|^src/cli/flow-svg\\.ts$" },
      to: { path: "^node_modules/beautiful-mermaid/" },
    },
    {
      name: "diagrams-are-laid-out-lazily",
      severity: "error",
      from: { path: "^src/cli/flow-svg\\.ts$" },
      to: { path: "^node_modules/beautiful-mermaid/", dynamic: false },
    },
    {
      name: "packages-are-declared",
      comment: "A package that only another package asks for may be gone after its next release.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "nothing-uses-tests",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    // A workspace that is not published by itself declares its packages in the root.
    combinedDependencies: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
