/** Tests are ES modules, like everything else here, so Node runs with --experimental-vm-modules (package.json sets it). */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript" },
          target: "es2024",
          // Jest imports JSON as Node does.
          experimental: { keepImportAttributes: true },
        },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  // Workspace packages are linked from node_modules; their sources are TypeScript and must be transformed too.
  transformIgnorePatterns: ["/node_modules/"],
  // The built package there has the name of the workspace.
  modulePathIgnorePatterns: ["<rootDir>/.local/"],
  testTimeout: 120_000,
  // `npm run coverage`: an exception is explained beside its line.
  collectCoverageFrom: ["providers/minivoice/**/*.ts"],
  // Counts a branch for each way out of a condition; V8 counts those alone that have code.
  coverageProvider: "babel",
  coverageReporters: [["text", { skipFull: true }]],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
