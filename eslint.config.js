// Biome formats and lints; ESLint is here only for what needs types: promises that nobody waits for.
import tseslint from "typescript-eslint";

export default tseslint.config({
  files: ["src/**/*.ts", "test/**/*.ts"],
  extends: [tseslint.configs.base],
  languageOptions: {
    parserOptions: {
      project: ["./tsconfig.json", "./test/tsconfig.json"],
      tsconfigRootDir: import.meta.dirname,
    },
  },
  rules: {
    "@typescript-eslint/no-floating-promises": "error",
    "@typescript-eslint/no-misused-promises": "error",
    "@typescript-eslint/await-thenable": "error",
    "@typescript-eslint/switch-exhaustiveness-check": "error",
  },
});
