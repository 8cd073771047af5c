export declare const pulumiVersion: string;
export declare const programs: string[];
export declare function cacheDirectory(env?: NodeJS.ProcessEnv): string;
export declare function findPulumi(env?: NodeJS.ProcessEnv): string | undefined;
