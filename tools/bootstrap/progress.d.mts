export declare function withProgress<T>(
  step: { title: string; estimateSeconds: number; detail?: () => string },
  work: () => Promise<T>,
  stream?: NodeJS.WriteStream,
): Promise<T>;
