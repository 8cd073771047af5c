export declare function hostProblem(url?: string): Promise<string | undefined>;
export declare function download(node: string, into: string): Promise<void>;
