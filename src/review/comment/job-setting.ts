/**
 * What a workflow tells a job that it runs.
 *
 * @param workflow - that sets it, for whoever runs the job by hand
 * @throws Error that names what is missing
 */
export function jobSetting(name: string, workflow: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`the environment variable ${name} is missing: .github/workflows/${workflow} sets it`);
}
